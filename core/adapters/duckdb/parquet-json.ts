/** A value that DuckDB read as exact JSON text. */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/** `isUtc` marks moments that DuckDB took for local ones; `isJson` a text that is JSON itself. */
export interface ValueKind {
  readonly isUtc: boolean;
  readonly isJson: boolean;
}

export const PLAIN_VALUE: ValueKind = { isUtc: false, isJson: false };

export function jsonOf(value: DuckDBValue, kind: ValueKind): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return kind.isJson && isJsonText(value) ? value.replaceAll(/[\r\n]/g, ' ') : JSON.stringify(value);
    case 'number':
      return numberText(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return objectText(value, kind);
  }
}

/** NaN and the infinities are no numbers of JSON. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function objectText(value: Exclude<DuckDBValue, null | string | number | bigint | boolean>, kind: ValueKind): string {
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBBlobValue) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return `[${value.items.map((item) => jsonOf(item, PLAIN_VALUE)).join(',')}]`;
  if (value instanceof DuckDBStructValue) {
    return `{${Object.entries(value.entries)
      .map(([name, member]) => `${JSON.stringify(name)}:${jsonOf(member, PLAIN_VALUE)}`)
      .join(',')}}`;
  }
  if (value instanceof DuckDBMapValue) {
    return `[${value.entries.map((entry) => `{"key":${jsonOf(entry.key, PLAIN_VALUE)},"value":${jsonOf(entry.value, PLAIN_VALUE)}}`).join(',')}]`;
  }
  // The session's zone is UTC, which DuckDB writes as +00.
  if (value instanceof DuckDBTimestampTZValue) return JSON.stringify(value.toString().replace(/\+00$/, 'Z'));
  return JSON.stringify(`${value.toString()}${kind.isUtc ? 'Z' : ''}`);
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
