/**
 * What the BigQuery emulator is known to answer wrongly, by name, and the least query that shows it. A difference between it and JavaScript must
 * be of an expression that one of these applies to; a fault whose query is right again belongs out of the list (and out of docs/cursed-knowledge.md).
 */
import type { Expression } from '../../core/expression/expression.ts';
import { bigqueryBaseType } from '../../core/warehouse/bigquery-type.ts';

export interface EmulatorFault {
  readonly name: string;
  readonly applies: (expression: Expression) => boolean;
  /** A condition that is true in BigQuery; here it is not, or the query fails. */
  readonly shownBy: string;
}

export const EMULATOR_FAULTS: readonly EmulatorFault[] = [
  {
    name: 'BIGNUMERIC has 28 digits before and 10 behind the mark',
    applies: (expression) => some(expression, ({ type }) => bigqueryBaseType(type) === 'BIGNUMERIC'),
    shownBy: "BIGNUMERIC '12345678901234567890123456789012345678' > BIGNUMERIC '0'",
  },
  {
    name: 'DIV of decimals is a float, and is not cut to a whole number',
    applies: (expression) => some(expression, (each) => each.kind === 'call' && each.function === 'div'),
    shownBy: "DIV(NUMERIC '7', NUMERIC '2') = NUMERIC '3'",
  },
  {
    name: 'a decimal as text keeps the zeros at its end',
    applies: (expression) =>
      some(expression, (each) => each.kind === 'cast' && each.type.kind === 'STRING' && each.operand.type.kind === 'DECIMAL'),
    shownBy: "CAST(NUMERIC '1.5' AS STRING) = '1.5'",
  },
  {
    name: 'a float is made a decimal by way of a text whose exponent is misread',
    applies: (expression) => some(expression, (each) => each.kind === 'cast' && each.operand.type.kind === 'FLOAT64'),
    shownBy: "CAST('1e-07' AS BIGNUMERIC) = BIGNUMERIC '0.0000001'",
  },
  {
    name: 'LEAST and GREATEST leave out what stands behind a NULL, and an error in it',
    applies: (expression) =>
      some(expression, (each) => each.kind === 'call' && (each.function === 'least' || each.function === 'greatest')),
    shownBy: "GREATEST(NULLIF(n, n), CAST(ERROR('x') AS INT64)) IS NOT NULL",
  },
];

function some(expression: Expression, test: (each: Expression) => boolean): boolean {
  return test(expression) || parts(expression).some((each) => some(each, test));
}

function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.arguments;
    case 'cast':
      return [expression.operand];
    case 'case': {
      const { branches, otherwise } = expression;
      return [...branches.flatMap(({ when, then }) => [when, then]), ...(otherwise === null ? [] : [otherwise])];
    }
    default:
      return [];
  }
}
