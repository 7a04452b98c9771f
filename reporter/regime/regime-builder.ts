/** What the parts of a regime are built with: the checked document, its places, the problems, and the columns seen so far with their types. */
import { parseCondition, parseExpression, type ParsedExpression } from '../../core/expression/parse-expression.ts';
import type { Expression } from '../../core/expression/expression.ts';
import { callsFunction } from '../../core/expression/referenced-columns.ts';
import { report, reportExpression, type ProblemList } from '../../core/spec/build/builder.ts';
import type { Path } from '../../core/spec/spec-problem.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import { printType } from '../../core/types/type-text.ts';
import type { RegimeDocument } from './regime-model.ts';

export interface RegimeBuilder extends ProblemList {
  readonly document: RegimeDocument;
  /** In the order of the row that expressions are evaluated on. */
  readonly types: Map<string, ColumnType>;
}

/** undefined, and a problem, where it is none. */
export function buildExpression(builder: RegimeBuilder, path: Path, text: string): Expression | undefined {
  return checked(builder, path, parseExpression(text, builder.types));
}

export function buildText(builder: RegimeBuilder, path: Path, text: string): Expression | undefined {
  const expression = buildExpression(builder, path, text);
  if (expression !== undefined && expression.type.kind !== 'STRING') {
    report(builder, path, 'This is no text.', { expected: 'an expression of type STRING', found: printType(expression.type) });
    return undefined;
  }
  return expression;
}

export function buildCondition(builder: RegimeBuilder, path: Path, text: string): Expression | undefined {
  return checked(builder, path, parseCondition(text, builder.types));
}

/** The name of a new column, seen by the expressions that follow. */
export function addColumn(builder: RegimeBuilder, path: Path, name: string, type: ColumnType): void {
  if (builder.types.has(name)) {
    report(builder, path, 'There is something of this name already.', { expected: 'a name of its own', found: name });
  }
  builder.types.set(name, type);
}

function checked(builder: RegimeBuilder, path: Path, parsed: ParsedExpression): Expression | undefined {
  if (!parsed.ok) {
    reportExpression(builder, path, parsed.problem);
    return undefined;
  }
  if (callsFunction(parsed.expression, 'current_timestamp')) {
    report(builder, path, 'A report must be the same at any time.', { expected: 'no current_timestamp()' });
    return undefined;
  }
  return parsed.expression;
}
