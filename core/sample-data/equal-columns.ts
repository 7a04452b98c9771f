/** Rules of the form `column = expression` are met by computing the column: chance never would. */
import type { Cell } from '../engine/output/file-output.ts';
import { compileToJavaScript } from '../expression/to-javascript.ts';
import { castValue } from '../expression/cast-value.ts';
import type { Expression } from '../expression/expression.ts';
import { isMarketsError } from '../errors/markets-error.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import { valueText } from './good-text.ts';

interface Equality {
  readonly index: number;
  readonly expression: Expression;
}

/** `texts` with the left sides of such rules replaced by what their right sides give. `values` are the typed `texts`. */
export function agreeWithEqualities(
  spec: SourceSpec,
  texts: readonly (string | null)[],
  values: readonly Cell[],
  now: string,
): readonly (string | null)[] {
  const agreed = [...texts];
  const options = {
    column: (name: string) => spec.schema.findIndex((column) => column.name === name),
    currentTimestamp: BigInt(Date.parse(now)) * 1000n,
  };
  for (const { index, expression } of equalities(spec)) {
    const column = spec.schema[index];
    if (column === undefined) continue;
    try {
      const value = compileToJavaScript(expression, options)(values);
      if (value !== null)
        agreed[index] = valueText(column, castValue(expression.type, column.type, value), spec.source.csv.decimal_separator);
    } catch (error) {
      // What this row's values overflow, another row's may not.
      if (!isMarketsError(error, 'EXPRESSION_EVALUATION')) throw error;
    }
  }
  return agreed;
}

function equalities(spec: SourceSpec): readonly Equality[] {
  return spec.validation.row_level.flatMap(({ expression }) => {
    if (expression.kind !== 'call' || expression.function !== '=') return [];
    const [left, right] = expression.arguments;
    const column = uncast(left);
    if (column?.kind !== 'column' || right === undefined || right.kind === 'literal') return [];
    const index = spec.schema.findIndex(({ name }) => name === column.name);
    return [{ index, expression: right }];
  });
}

function uncast(expression: Expression | undefined): Expression | undefined {
  return expression?.kind === 'cast' ? uncast(expression.operand) : expression;
}
