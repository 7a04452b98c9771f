/**
 * How a generated scanner reads each column: by code of its own for the plain forms of the common types, by the general
 * reader for the rest. A column is only read by code where that code can prove every value it takes.
 */
import type { Column, SourceSpec } from '../../spec/source-spec.ts';
import { readValue } from '../../types/read-value.ts';
import { fixedForm, type FixedForm } from '../columns/fixed-buffer.ts';
import { ColumnReader } from '../values/column-reader.ts';
import { CELL } from '../values/raw-cells.ts';
import { hasNanos } from '../output-columns.ts';
import { MAX_WIDE_EXPONENT } from './wide-product.ts';

export type ScanKind = 'text' | 'integer' | 'decimal' | 'date' | 'compact_date' | 'datetime' | 'timestamp' | 'general';

export interface ScanColumn {
  /** Place in the schema. */
  readonly index: number;
  /** Place among the output columns; `_nanos` is behind it where the column has it. */
  readonly output: number;
  readonly hasNanos: boolean;
  readonly kind: ScanKind;
  /** A text that nothing asks for while its row is read: it is looked up later, with those of other rows. */
  readonly isDeferred: boolean;
  readonly column: Column;
  /** NULL can occur in a good row: an empty field is NULL then. */
  readonly mayBeNull: boolean;
  /** Of numbers and times; null for texts and booleans. */
  readonly form: FixedForm | null;
  /** Inclusive limits as exact integers in a double; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
}

/** null where a column has no place in a scanner: lists, bytes, texts with a default that is none of the column's good texts. */
export function scanColumns(spec: SourceSpec): readonly ScanColumn[] | null {
  const columns: ScanColumn[] = [];
  let output = 0;
  for (const [index, column] of spec.schema.entries()) {
    if (column.mode === 'REPEATED' || column.type.kind === 'BYTES' || hasStrangeDefault(column, spec)) return null;
    columns.push(scanColumn(column, index, output, spec));
    output += hasNanos(column) ? 2 : 1;
  }
  return columns;
}

function scanColumn(column: Column, index: number, output: number, spec: SourceSpec): ScanColumn {
  const kind = kindOf(column, spec);
  const isText = column.type.kind === 'STRING' || column.type.kind === 'JSON';
  return {
    index,
    output,
    hasNanos: hasNanos(column),
    kind,
    isDeferred: false,
    column,
    mayBeNull: column.nullable && column.default === null,
    form: isText || column.type.kind === 'BOOL' ? null : fixedForm(column.type),
    min: kind === 'general' ? null : (limitOf(column.min_value) ?? null),
    max: kind === 'general' ? null : (limitOf(column.max_value) ?? null),
  };
}

/** More columns would take more memory for their tables. */
const MAX_DEFERRED = 64;

/** The columns, those texts deferred that have no place in `asked`. */
export function withDeferred(columns: readonly ScanColumn[], asked: ReadonlySet<number>): readonly ScanColumn[] {
  let deferred = 0;
  return columns.map((column) => {
    const isDeferred = column.kind === 'text' && !asked.has(column.index) && deferred < MAX_DEFERRED;
    if (isDeferred) deferred += 1;
    return { ...column, isDeferred };
  });
}

function kindOf(column: Column, spec: SourceSpec): ScanKind {
  if (column.type.kind === 'STRING' || column.type.kind === 'JSON') return 'text';
  const isPlain =
    !hasForeignBytes(column, spec) &&
    column.allowed_values === null &&
    limitOf(column.min_value) !== undefined &&
    limitOf(column.max_value) !== undefined &&
    !hasNanos(column) &&
    !spec.source.csv.null_values.some((text) => mayBeValue(column, text));
  return isPlain ? plainKind(column) : 'general';
}

function plainKind(column: Column): ScanKind {
  const { type, format } = column;
  const isIso = format === null || format.kind === 'iso8601';
  switch (type.kind) {
    case 'INT64':
      return 'integer';
    case 'DECIMAL':
      return type.scale <= MAX_WIDE_EXPONENT ? 'decimal' : 'general';
    case 'DATE':
      return isIso || isFormat(column, '%Y-%m-%d') ? 'date' : isFormat(column, '%Y%m%d') ? 'compact_date' : 'general';
    case 'DATETIME':
      return isIso ? 'datetime' : 'general';
    case 'TIMESTAMP':
      return isIso ? 'timestamp' : 'general';
    default:
      return 'general';
  }
}

/** Every text that is in a row group is taken for a good one when it comes again: a default must be one too. */
function hasStrangeDefault(column: Column, spec: SourceSpec): boolean {
  const { default: value } = column;
  if (typeof value !== 'string' || value === '') return false;
  return new ColumnReader(column, spec).read(value, CELL.QUOTED, []) !== value;
}

/** A dialect that splits or escapes by a byte of the values: the code would read on over the end of a field, or take an escape for a digit. */
function hasForeignBytes({ type }: Column, { source }: SourceSpec): boolean {
  if (source.format !== 'csv') return false;
  const { delimiter, quote, escape, decimal_separator: separator } = source.csv;
  const isNumber = type.kind === 'INT64' || type.kind === 'DECIMAL';
  const own = isNumber ? `0123456789-${type.kind === 'DECIMAL' ? separator : ''}` : '0123456789-+:. TZ';
  return [delimiter, quote, escape].some((special) => special !== null && special !== '' && own.includes(special));
}

function isFormat({ format }: Column, text: string): boolean {
  return format?.kind === 'strptime' && format.text === text;
}

/** A word for NULL that could be read as a value: the scanner would take it for one. */
function mayBeValue(column: Column, text: string): boolean {
  const { format, timezone, precision } = column;
  return readValue(column.type, text, { format, timezone, precision }).ok || readValue(column.type, text, { decimalSeparator: ',' }).ok;
}

/** null for no limit, undefined for one that no double holds exactly. */
function limitOf(value: Column['min_value']): number | null | undefined {
  if (value === null) return null;
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
