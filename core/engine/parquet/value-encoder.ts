/**
 * Values of one column, held as Parquet writes them from the moment they are appended. One encoder a physical form; the
 * column chunk around it knows levels and pages.
 */
import { MarketsError } from '../../errors/markets-error.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

export const ENCODING = { PLAIN: 0, RLE: 3, RLE_DICTIONARY: 8 } as const;

/** The values of a page; `body` is only valid until the next append. */
export interface EncodedValues {
  readonly encoding: typeof ENCODING.PLAIN | typeof ENCODING.RLE_DICTIONARY;
  readonly body: Uint8Array;
}

/** Exact smallest and largest value of a chunk, PLAIN-encoded (text and bytes without their length). */
export interface MinMax {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

export interface ValueEncoder {
  /** A value that is not NULL, of the column's type; ENGINE_INVARIANT where its JavaScript type is another one. */
  append(value: Value): void;
  /** Bytes of the values since the last page. */
  readonly sizeBytes: number;
  /** Ends a page. */
  takePage(): EncodedValues;
  /** Ends a chunk: its dictionary, if one of its pages has indexes. */
  takeDictionary(): { readonly count: number; readonly body: Uint8Array } | null;
  /** Ends a chunk: null where it has no value, or where the values are too long for statistics to be of use. */
  takeMinMax(): MinMax | null;
}

/** The value is not what the contract of core/types says: a bug, so nothing may be written. */
export function wrongValue(type: ColumnType, value: unknown): MarketsError {
  return new MarketsError('ENGINE_INVARIANT', 'A value is not of its column’s type.', {
    expected: type.kind,
    found: value === null ? 'null' : typeof value,
  });
}
