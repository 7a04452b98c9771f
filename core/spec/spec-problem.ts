/** One thing that is wrong with a spec, at its place in the YAML. */
import type { ErrorPlace } from '../errors/markets-error.ts';

export interface SpecProblem {
  readonly file: string;
  /** 1-based; the key or value that is wrong, or the place where something is missing. */
  readonly line: number;
  readonly column: number;
  /** The key, e.g. schema[3].type; '' for the document itself. */
  readonly path: string;
  readonly message: string;
  readonly expected: string | null;
  readonly found: string | null;
  /** Whether the spec asks for something that is known and not built yet. */
  readonly unsupported: boolean;
}

/** Steps from the document's root: keys and 0-based indexes. */
export type Path = readonly (string | number)[];

export function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

export function placeOf(problem: SpecProblem): ErrorPlace {
  return { file: problem.file, line: problem.line, column: problem.column };
}

/** For a reader: file:line:column path: message, then what was expected and found. */
export function problemText(problem: SpecProblem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const expected = problem.expected === null ? '' : `\n    expected: ${problem.expected}`;
  const found = problem.found === null ? '' : `\n    found:    ${problem.found}`;
  return `${where}${problem.path === '' ? '' : ` ${problem.path}`}: ${problem.message}${expected}${found}`;
}
