/** The compiled JSON Schema check over the YAML's data, its findings as problems at their places. */
import check from '../generated/source-spec-check.js';
import type { SpecProblem } from '../spec-problem.ts';
import type { SourceSpecDocument } from './document-model.ts';
import { documentProblems } from './document-problems.ts';
import type { YamlDocument } from './yaml-document.ts';

export type CheckedDocument =
  { readonly ok: true; readonly document: SourceSpecDocument } | { readonly ok: false; readonly problems: readonly SpecProblem[] };

export function checkDocument(yaml: YamlDocument): CheckedDocument {
  const { data } = yaml;
  if (isDocument(data)) {
    return { ok: true, document: data };
  }
  return { ok: false, problems: documentProblems(check.errors ?? [], yaml) };
}

function isDocument(data: unknown): data is SourceSpecDocument {
  return check(data);
}
