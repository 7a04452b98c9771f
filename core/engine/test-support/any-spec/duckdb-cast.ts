/** DuckDB's own reading of a text as the type of a column. */
import type { Column, TimeFormat } from '../../../spec/source-spec.ts';
import { duckdbType } from '../../../warehouse/duckdb-type.ts';
import { sqlText } from '../../../warehouse/sql-text.ts';

const UNIT_MICROS = { s: '1000000', ms: '1000', us: '1', ns: '0.001' } as const;

/** An expression over the VARCHAR `text`; it fails on a text that DuckDB does not take. */
export function duckdbCast(column: Column, decimalSeparator: '.' | ',', text: string): string {
  const { type, format } = column;
  switch (type.kind) {
    case 'STRING':
    case 'JSON':
      return text;
    case 'DECIMAL':
    case 'FLOAT64':
      return `cast(replace(${text}, '${decimalSeparator}', '.') as ${duckdbType(type)})`;
    case 'INT64':
    case 'BOOL':
      return `cast(${text} as ${duckdbType(type)})`;
    case 'BYTES':
      return `from_base64(${text})`;
    case 'DATE':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return timeCast(column, format ?? { kind: 'iso8601' }, text);
  }
}

function timeCast({ type, timezone }: Column, format: TimeFormat, text: string): string {
  const sqlType = duckdbType(type);
  if (format.kind === 'epoch') {
    const micros = `cast(cast(${text} as decimal(38, 9)) * ${UNIT_MICROS[format.unit]} as bigint)`;
    return type.kind === 'TIMESTAMP' ? `make_timestamptz(${micros})` : `cast(make_timestamp(${micros}) as ${sqlType})`;
  }
  if (format.kind === 'strptime') {
    const read = `strptime(${text}, ${sqlText(format.text)})`;
    const hasOffset = format.parts.some((part) => 'directive' in part && (part.directive === 'z' || part.directive === 'Z'));
    if (type.kind !== 'TIMESTAMP') return `cast(${read} as ${sqlType})`;
    return hasOffset ? `cast(${read} as ${sqlType})` : `timezone(${sqlText(timezone)}, ${read})`;
  }
  if (type.kind !== 'TIMESTAMP') return `cast(${text} as ${sqlType})`;
  const local = `timezone(${sqlText(timezone)}, cast(${text} as timestamp))`;
  return `case when regexp_matches(${text}, '([Zz]|[+-]\\d\\d(:?\\d\\d)?)$') and length(${text}) > 10
    then cast(${text} as ${sqlType}) else ${local} end`;
}
