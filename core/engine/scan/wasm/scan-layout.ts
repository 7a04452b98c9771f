/**
 * Where a scanner has its values in the memory of a kernel, from Kernel.scanAt on: what calls give, how it ended, tables, and the values, NULL rows and
 * lineage of the rows that it took, which are copied to the column buffers when it has stopped.
 */
import { WIDTH } from '../../columns/fixed-buffer.ts';
import { BATCH_ROWS } from '../../kernel/layout.ts';
import type { ScanColumn } from '../scan-column.ts';
import { DAYS_BEFORE, DAYS_IN, FRACTION } from '../time-scan.ts';
import { MAX_WIDE_EXPONENT } from '../wide-product.ts';

const WORD = 4;
const DOUBLE = 8;
const POWERS = MAX_WIDE_EXPONENT + 1;
const BYTES = 256;
const ROW_WORDS = BATCH_ROWS * WORD;

export interface ColumnPlace {
  /** Of one value; 0 where the column's values do not stand here. Of a text it is its place in the dictionary that stands here. */
  readonly width: number;
  readonly values: number;
  readonly nulls: number;
}

export interface ScanLayout {
  /** What the last call gave: a double, words. */
  readonly time: number;
  readonly number: number;
  readonly end: number;
  readonly innerLines: number;
  readonly plainEnd: number;
  readonly isPlain: number;
  /** How the scanner ended: OUT, and COUNTS words a column. */
  readonly out: number;
  /** Of columns of texts when it begins: bytes of the PLAIN part, and whether the dictionary was left. */
  readonly plainEnds: number;
  readonly arePlain: number;
  /** By place in the schema: of the row that a rule is asked about. */
  readonly places: number;
  readonly nulls: number;
  readonly entries: number;
  readonly plains: number;
  readonly powers: number;
  readonly powerLimits: number;
  readonly daysIn: number;
  readonly daysBefore: number;
  readonly fraction: number;
  /** By byte: ScanRuntime.textEnds and attributeEnds. */
  readonly textEnds: number;
  readonly attributeEnds: number;
  /** Records, lines, offsets, lengths. */
  readonly lineage: readonly [number, number, number, number];
  /** By place in the schema. */
  readonly columns: readonly ColumnPlace[];
  readonly behind: number;
}

/** Words at the beginning of `out`. */
export const OUT = { rows: 0, record: 1, line: 2, exit: 3, reached: 4, columns: 5 } as const;
/** Words of a column there: values, NULLs, and bytes of the PLAIN part of texts. */
export const COUNTS = { values: 0, nulls: 1, plainBytes: 2, words: 3 } as const;

/** `at` is a multiple of eight. */
export function scanLayout(columns: readonly ScanColumn[], at: number): ScanLayout {
  let next = at;
  const take = (bytes: number): number => {
    const from = next;
    next += Math.ceil(bytes / DOUBLE) * DOUBLE;
    return from;
  };
  const fixed = {
    time: take(DOUBLE),
    number: take(DOUBLE),
    end: take(WORD),
    innerLines: take(WORD),
    plainEnd: take(WORD),
    isPlain: take(WORD),
    out: take((OUT.columns + columns.length * COUNTS.words) * WORD),
    plainEnds: take(columns.length * WORD),
    arePlain: take(columns.length * WORD),
    places: take(columns.length * WORD),
    nulls: take(columns.length * WORD),
    entries: take(columns.length * WORD),
    plains: take(columns.length * WORD),
    powers: take(POWERS * DOUBLE),
    powerLimits: take(POWERS * DOUBLE),
    daysIn: take(DAYS_IN.byteLength),
    daysBefore: take(DAYS_BEFORE.byteLength),
    fraction: take(FRACTION.length * WORD),
    textEnds: take(BYTES),
    attributeEnds: take(BYTES),
    lineage: [take(ROW_WORDS), take(ROW_WORDS), take(ROW_WORDS), take(ROW_WORDS)] as const,
  };
  const places = columns.map(({ kind, form, isDeferred }): ColumnPlace => {
    const width = isDeferred || kind === 'general' ? 0 : kind === 'text' ? WORD : form === null ? 0 : WIDTH[form];
    return { width, values: take(width * BATCH_ROWS), nulls: take(isDeferred ? 0 : ROW_WORDS) };
  });
  return { ...fixed, columns: places, behind: next };
}

/** Bytes that a scanner of these columns takes. */
export function scanBytes(columns: readonly ScanColumn[]): number {
  return scanLayout(columns, 0).behind;
}
