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
    case 'FLOAT64':
      // A negative zero is stored as zero.
      return `cast(replace(${text}, '${decimalSeparator}', '.') as ${duckdbType(type)}) + 0`;
    case 'DECIMAL':
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
    const hasOffset = format.parts.some((part) => 'directive' in part && (part.directive === 'z' || part.directive === 'Z'));
    // DuckDB's %z knows no Z.
    const read = `strptime(${hasOffset ? `regexp_replace(${text}, 'Z$', '+0000')` : text}, ${sqlText(format.text)})`;
    if (type.kind !== 'TIMESTAMP') return `cast(${read} as ${sqlType})`;
    return hasOffset ? `cast(${read} as ${sqlType})` : `timezone(${sqlText(timezone)}, ${read})`;
  }
  const full = withSeconds(text);
  if (type.kind !== 'TIMESTAMP') return `cast(${full} as ${sqlType})`;
  const local = `timezone(${sqlText(timezone)}, cast(${full} as timestamp))`;
  return `case when regexp_matches(${text}, '([Zz]|[+-]\\d\\d(:?\\d\\d)?)$') and length(${text}) > 10
    then cast(${full} as ${sqlType}) else ${local} end`;
}

/** ISO 8601 has times of day without seconds; DuckDB has them only where no offset follows. */
function withSeconds(text: string): string {
  return `regexp_replace(${text}, '^((.{10}[Tt ])?\\d\\d:\\d\\d)([Zz+-].*)?$', '\\1:00\\3')`;
}
