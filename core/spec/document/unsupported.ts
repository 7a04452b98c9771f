/** Keys and words that every spec may use one day and that are not built yet: refused with their place, never ignored. */
import type { Path, SpecProblem } from '../spec-problem.ts';
import type { SourceSpecDocument } from './document-model.ts';
import type { YamlDocument } from './yaml-document.ts';

const KEYS_NOT_BUILT: readonly Path[] = [['api']];

export function unsupportedProblems(document: SourceSpecDocument, yaml: YamlDocument): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const refuse = (path: Path, what: string, expected: string): void => {
    problems.push(yaml.problem(path, `${what} is not supported yet.`, { expected, unsupported: true }));
  };
  const { source } = document;
  if (source.type === 'api') {
    refuse(['source', 'type'], `source.type ${source.type}`, 'file or stream');
  }
  for (const path of KEYS_NOT_BUILT) {
    if (valueAt(document, path) !== undefined) {
      problems.push(yaml.problemAtKey(path, `${path.join('.')} is not supported yet.`, { unsupported: true }));
    }
  }
  return problems;
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], data);
}
