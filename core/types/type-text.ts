/** Types as specs write them: NUMERIC(18,4), BIGNUMERIC, STRING, ... and back. */
import type { ColumnType } from './column-type.ts';

export const NUMERIC: ColumnType = { kind: 'DECIMAL', precision: 38, scale: 9 };
export const BIGNUMERIC: ColumnType = { kind: 'DECIMAL', precision: 38, scale: 18 };
export const PRECISION_MAX = 38;

const PLAIN: Readonly<Record<string, ColumnType>> = {
  STRING: { kind: 'STRING' },
  INT64: { kind: 'INT64' },
  FLOAT64: { kind: 'FLOAT64' },
  BOOL: { kind: 'BOOL' },
  DATE: { kind: 'DATE' },
  TIME: { kind: 'TIME' },
  DATETIME: { kind: 'DATETIME' },
  TIMESTAMP: { kind: 'TIMESTAMP' },
  JSON: { kind: 'JSON' },
  BYTES: { kind: 'BYTES' },
  NUMERIC,
  BIGNUMERIC,
};

export const TYPE_NAMES: readonly string[] = Object.keys(PLAIN);

/** undefined for what is no type; NUMERIC(p,s) and BIGNUMERIC(p,s) with 1 <= p <= 38 and s <= p. Any case. */
export function parseType(text: string): ColumnType | undefined {
  const match = /^([A-Za-z0-9]+)(?:\s*\(\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\))?$/.exec(text.trim());
  const name = match?.[1]?.toUpperCase() ?? '';
  if (match?.[2] === undefined) {
    return Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  }
  const precision = Number(match[2]);
  const scale = Number(match[3] ?? 0);
  const fits = precision >= 1 && precision <= PRECISION_MAX && scale <= precision;
  return fits && (name === 'NUMERIC' || name === 'BIGNUMERIC') ? { kind: 'DECIMAL', precision, scale } : undefined;
}

/** The shortest spelling that parseType reads as the same type. */
export function printType(type: ColumnType): string {
  if (type.kind !== 'DECIMAL') {
    return type.kind;
  }
  if (type.precision === 38 && (type.scale === 9 || type.scale === 18)) {
    return type.scale === 9 ? 'NUMERIC' : 'BIGNUMERIC';
  }
  return `${type.scale > 9 ? 'BIGNUMERIC' : 'NUMERIC'}(${type.precision},${type.scale})`;
}

export function sameType(a: ColumnType, b: ColumnType): boolean {
  return a.kind === 'DECIMAL' && b.kind === 'DECIMAL' ? a.precision === b.precision && a.scale === b.scale : a.kind === b.kind;
}
