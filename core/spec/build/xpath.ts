/**
 * The XPath subset of column paths, from the row element: child elements with an optional index, an attribute or text() at
 * the end, `.` for the element itself. Absolute paths may lead to the row element first (//trade/id is id).
 */
import type { XmlStep } from '../source-spec.ts';

export interface XpathContext {
  readonly rowElement: string;
  readonly namespaces: Readonly<Record<string, string>>;
}

/** The steps, or what is wrong as a clause. */
export function parseXpath(text: string, context: XpathContext): readonly XmlStep[] | { readonly problem: string } {
  const relative = relativePath(text, context.rowElement);
  if (relative === undefined) {
    return { problem: `an absolute path that does not lead through ${context.rowElement}` };
  }
  const steps: XmlStep[] = [];
  for (const part of relative.split('/')) {
    const last = steps.at(-1);
    if (last !== undefined && last.kind !== 'child' && last.kind !== 'self') {
      return { problem: 'a step after an attribute or text()' };
    }
    const step = parseStep(part, context.namespaces);
    if ('problem' in step) {
      return step;
    }
    if (step.kind !== 'self' || relative === '.') {
      steps.push(step);
    }
  }
  return steps;
}

function relativePath(text: string, rowElement: string): string | undefined {
  if (!text.startsWith('/')) {
    return text.replace(/^\.\/(?!\/)/, '');
  }
  const parts = text.split('/');
  const row = parts.lastIndexOf(rowElement);
  const below = parts.slice(row + 1).join('/');
  return row < 0 ? undefined : below === '' ? '.' : below;
}

function parseStep(part: string, namespaces: Readonly<Record<string, string>>): XmlStep | { readonly problem: string } {
  if (part === '.') {
    return { kind: 'self' };
  }
  if (part === 'text()') {
    return { kind: 'text' };
  }
  const match = /^(@?)(?:([\w.-]+):)?([\w.-]+)(?:\[(\d+)\])?$/u.exec(part);
  const [, at, prefix, name = '', index] = match ?? [];
  if (match === null || name === '..' || (at === '@' && index !== undefined)) {
    return { problem: part === '' ? 'a step // (descendants)' : `the step ${part}` };
  }
  if (prefix !== undefined && !Object.hasOwn(namespaces, prefix)) {
    return { problem: `the prefix ${prefix}, which xml_config.namespaces does not name` };
  }
  // Attributes without a prefix are in no namespace; elements are in the one that '' names, where there is one.
  const namespace = prefix === undefined ? (at === '@' ? null : (namespaces[''] ?? null)) : (namespaces[prefix] ?? null);
  return at === '@'
    ? { kind: 'attribute', namespace, name }
    : { kind: 'child', namespace, name, index: index === undefined ? null : Number(index) };
}
