/** SQL of a canonical mapping. */
import type { Expression } from '../../../core/expression/expression.ts';
import { MarketsError } from '../../../core/errors/markets-error.ts';
import { duckdbType } from '../../../core/warehouse/duckdb-type.ts';
import { sqlName, sqlText } from '../../../core/warehouse/sql-text.ts';

export function expressionSql(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return sqlName(expression.name);
    case 'cast':
      return `cast(${expressionSql(expression.operand)} as ${duckdbType(expression.type)})`;
    case 'literal':
      if (expression.value === null || typeof expression.value === 'string') {
        return `cast(${sqlText(expression.value)} as ${duckdbType(expression.type)})`;
      }
      if (typeof expression.value === 'bigint' && expression.type.kind === 'INT64') {
        return String(expression.value);
      }
  }
  throw new MarketsError('INTERNAL', 'No SQL for this expression.', { found: expression.kind });
}
