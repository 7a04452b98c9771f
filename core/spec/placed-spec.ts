/** Specs that are good each by itself, with the places of their keys, for what only all of them together show. */
import type { SourceSpec } from './source-spec.ts';
import { pathText, type Path, type SpecProblem } from './spec-problem.ts';

export interface PlacedSpec {
  readonly spec: SourceSpec;
  readonly placeOf: (path: Path) => Pick<SpecProblem, 'file' | 'line' | 'column'>;
}

/** A problem of the spec at the value of a key. */
export function problemOfSpec({ placeOf }: PlacedSpec, path: Path, message: string, expected: string, found: string): SpecProblem {
  const { file, line, column } = placeOf(path);
  return { file, line, column, path: pathText(path), message, expected, found, unsupported: false };
}
