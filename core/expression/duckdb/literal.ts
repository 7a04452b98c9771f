/** Values as DuckDB literals of their type. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import { printDatetime, printValue } from '../../types/print-value.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import { sqlText } from '../../warehouse/sql-text.ts';

export function literalSql(type: ColumnType, value: Value): string {
  const text = printValue(type, value);
  if (text === null) {
    return `CAST(NULL AS ${duckdbType(type)})`;
  }
  switch (type.kind) {
    case 'STRING':
      return sqlText(text);
    case 'BOOL':
      return value === true ? 'TRUE' : 'FALSE';
    case 'TIMESTAMP':
      return `TIMESTAMPTZ '${printDatetime(typeof value === 'bigint' ? value : 0n)}+00'`;
    case 'BYTES':
      return `from_base64('${text}')`;
    default:
      return `CAST(${sqlText(text)} AS ${duckdbType(type)})`;
  }
}
