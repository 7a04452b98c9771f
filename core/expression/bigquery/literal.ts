/** Values as GoogleSQL literals of their type. */
import type { ColumnType, Value } from '../../types/column-type.ts';
import { printDatetime, printValue } from '../../types/print-value.ts';
import { bigqueryText } from '../../warehouse/bigquery-text.ts';
import { bigqueryBaseType } from '../../warehouse/bigquery-type.ts';

export function literalSql(type: ColumnType, value: Value): string {
  const text = printValue(type, value);
  if (text === null) {
    return `CAST(NULL AS ${bigqueryBaseType(type)})`;
  }
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return bigqueryText(text);
    case 'BOOL':
      return value === true ? 'TRUE' : 'FALSE';
    case 'INT64':
      // In parentheses, or the minus of another one in front would begin a comment.
      return text.startsWith('-') ? `(${text})` : text;
    case 'DECIMAL':
      return `${bigqueryBaseType(type)} '${text}'`;
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
      return `${type.kind} '${text}'`;
    case 'TIMESTAMP':
      return `TIMESTAMP '${printDatetime(typeof value === 'bigint' ? value : 0n)}+00:00'`;
    case 'BYTES':
      return `FROM_BASE64('${text}')`;
    case 'FLOAT64':
      return `CAST('${text}' AS FLOAT64)`;
  }
}
