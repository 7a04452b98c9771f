/** How a value of a file is shown in a finding: cut to a limit, never in the middle of a surrogate pair. */
import { ENGINE_LIMITS } from '../limits.ts';

export function shownText(text: string): string {
  if (text.length <= ENGINE_LIMITS.maxFoundCharacters) {
    return text;
  }
  return text.slice(0, ENGINE_LIMITS.maxFoundCharacters).replace(/[\uD800-\uDBFF]$/u, '');
}

/** One line for a reader: what was expected of a column and what stands there. */
export function expectedFound(column: string, expected: string, found: string | null): string {
  return found === null ? `${column}: expected ${expected}` : `${column}: expected ${expected}, found '${shownText(found)}'`;
}
