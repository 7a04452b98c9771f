/** Formats of fields in the words of the regulators: ALPHANUM-52, DECIMAL-18/13, INTEGER-3, BOOLEAN, DATE, DATE_TIME. */
import type { ColumnType, TypeKind, Value } from '../../core/types/column-type.ts';
import { printDecimal } from '../../core/types/decimal.ts';
import { printValue } from '../../core/types/print-value.ts';

export type FieldFormat =
  | { readonly kind: 'ALPHANUM'; readonly length: number }
  | { readonly kind: 'DECIMAL'; readonly digits: number; readonly fraction: number }
  | { readonly kind: 'INTEGER'; readonly digits: number }
  | { readonly kind: 'BOOLEAN' | 'DATE' | 'DATE_TIME' };

/** Longer texts and numbers no regime has. */
const LENGTH_MAX = 4000;
const DIGITS_MAX = 38;

const TYPES: Readonly<Record<FieldFormat['kind'], readonly TypeKind[]>> = {
  ALPHANUM: ['STRING'],
  DECIMAL: ['DECIMAL', 'INT64'],
  INTEGER: ['INT64'],
  BOOLEAN: ['BOOL'],
  DATE: ['DATE'],
  DATE_TIME: ['TIMESTAMP'],
};

/** undefined for what is no format. */
export function parseFormat(text: string): FieldFormat | undefined {
  const [, kind, first = '', second] = /^([A-Z_]+)(?:-(\d{1,4})(?:\/(\d{1,2}))?)?$/.exec(text) ?? [];
  const size = Number(first);
  if (kind === 'ALPHANUM' && second === undefined && size >= 1 && size <= LENGTH_MAX) return { kind, length: size };
  if (kind === 'INTEGER' && second === undefined && size >= 1 && size <= DIGITS_MAX) return { kind, digits: size };
  if (kind === 'DECIMAL' && size >= 1 && size <= DIGITS_MAX && second !== undefined && Number(second) <= size) {
    return { kind, digits: size, fraction: Number(second) };
  }
  return (kind === 'BOOLEAN' || kind === 'DATE' || kind === 'DATE_TIME') && first === '' ? { kind } : undefined;
}

export function fitsType(format: FieldFormat, type: ColumnType): boolean {
  return TYPES[format.kind].includes(type.kind);
}

/** A type that a value of the format can have: where the value itself has none that is known. */
export function someTypeOf(format: FieldFormat): ColumnType {
  const [kind] = TYPES[format.kind];
  return kind === undefined || kind === 'DECIMAL' ? { kind: 'DECIMAL', precision: 38, scale: 18 } : { kind };
}

export function typesOf(format: FieldFormat): string {
  return TYPES[format.kind].join(' or ');
}

/** Whether a value that is not NULL keeps to the format. */
export function fitsFormat(format: FieldFormat, type: ColumnType, value: Value): boolean {
  switch (format.kind) {
    case 'ALPHANUM':
      return typeof value === 'string' && value !== '' && [...value].length <= format.length && isPrintable(value);
    case 'INTEGER':
      return digitsOf(value, 0).whole <= format.digits;
    case 'DECIMAL': {
      const { whole, fraction } = digitsOf(value, type.kind === 'DECIMAL' ? type.scale : 0);
      return fraction <= format.fraction && whole + fraction <= format.digits;
    }
    case 'BOOLEAN':
    case 'DATE':
    case 'DATE_TIME':
      return true;
  }
}

/** The text that a report has of a value; '' for NULL. */
export function fieldText(type: ColumnType, value: Value): string {
  return printValue(type, value) ?? '';
}

/** No control characters: XML 1.0 cannot hold them. */
function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\uFFFE\uFFFF]/u.test(text);
}

/** Digits of a number as it is written shortest; a zero before the mark does not count. */
function digitsOf(value: Value, scale: number): { readonly whole: number; readonly fraction: number } {
  const [whole = '', fraction = ''] = printDecimal(typeof value === 'bigint' ? value : 0n, scale)
    .replace('-', '')
    .split('.');
  return { whole: whole === '0' ? 0 : whole.length, fraction: fraction.length };
}
