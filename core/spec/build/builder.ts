/** What the parts of a spec are built with: the checked document, its places, and the list that problems go to. */
import type { ExpressionProblem } from '../../expression/expression-problem.ts';
import type { SourceSpecDocument } from '../document/document-model.ts';
import type { ProblemDetails, YamlDocument } from '../document/yaml-document.ts';
import type { Path, SpecProblem } from '../spec-problem.ts';

export interface Builder extends ProblemList {
  readonly document: SourceSpecDocument;
}

/** Where problems of a YAML are gathered. */
export interface ProblemList {
  readonly yaml: YamlDocument;
  readonly problems: SpecProblem[];
}

export function report(builder: ProblemList, path: Path, message: string, details: ProblemDetails = {}): void {
  builder.problems.push(builder.yaml.problem(path, message, details));
}

export function reportKey(builder: ProblemList, path: Path, message: string, details: ProblemDetails = {}): void {
  builder.problems.push(builder.yaml.problemAtKey(path, message, details));
}

/** A problem of an expression, at its place within the scalar's text. */
export function reportExpression(builder: ProblemList, path: Path, problem: ExpressionProblem, textOffset = 0): void {
  report(builder, path, problem.message, {
    expected: problem.expected,
    found: problem.found,
    textOffset: textOffset + problem.offset,
  });
}
