/**
 * Values of 4, 8 or 16 bytes, PLAIN: numbers, dates, times, decimals. Smallest and largest value are looked for when the
 * chunk ends, which is also where every value is held to its type's range.
 */
import type { ColumnType } from '../../types/column-type.ts';
import type { Cell } from '../output/file-output.ts';
import { WIDE_DECIMAL_BYTES } from '../parquet/parquet-schema.ts';
import { PAGE_ROWS, wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { NullRows } from './null-rows.ts';
import { codecFor, ENCODING, type ChunkMeta, type MinMax, type PageWriter } from './page-writer.ts';

const FIRST_VALUES = 1024;
const INT64_MAX = (1n << 63n) - 1n;
const LOW_64 = (1n << 64n) - 1n;

/** How a value stands in memory and in the file. */
export type FixedForm = 'int32' | 'int64' | 'double' | 'wide';

export function fixedForm(type: ColumnType): FixedForm {
  switch (type.kind) {
    case 'DATE':
      return 'int32';
    case 'FLOAT64':
      return 'double';
    case 'DECIMAL':
      return type.precision <= 9 ? 'int32' : type.precision <= 18 ? 'int64' : 'wide';
    case 'INT64':
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      return 'int64';
    case 'STRING':
    case 'JSON':
    case 'BOOL':
    case 'BYTES':
      throw wrongValue(type, type.kind);
  }
}

/** Bytes of one value. */
export const WIDTH = { int32: 4, int64: 8, double: 8, wide: WIDE_DECIMAL_BYTES } as const;

export class FixedBuffer implements ColumnBuffer {
  readonly form: FixedForm;
  readonly width: number;
  readonly nulls = new NullRows();
  /** Values that are there, NULLs not counted. */
  count = 0;
  /** Room for `capacity` values; the same bytes as words of 32 bits (`words`) and as a view. */
  words: Int32Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  capacity = FIRST_VALUES;
  private readonly type: ColumnType;

  constructor(type: ColumnType) {
    this.type = type;
    this.form = fixedForm(type);
    this.width = WIDTH[this.form];
    this.words = new Int32Array((this.capacity * this.width) / 4);
    this.view = new DataView(this.words.buffer);
  }

  get sizeBytes(): number {
    return this.count * this.width + this.nulls.count * 4;
  }

  append(cell: Cell, row: number): void {
    if (cell === null) {
      this.nulls.add(row);
      return;
    }
    this.reserve(this.count + 1);
    this.put(this.count, cell);
    this.count += 1;
  }

  /** Writes a value at a place for which there is room, without counting it. */
  put(place: number, value: Cell): void {
    const at = place * this.width;
    switch (this.form) {
      case 'int32':
        if (this.type.kind === 'DATE' ? typeof value !== 'number' : typeof value !== 'bigint') throw wrongValue(this.type, value);
        if (!this.fits(BigInt(value as number | bigint))) throw wrongValue(this.type, value);
        this.view.setInt32(at, Number(value), true);
        return;
      case 'double':
        if (typeof value !== 'number' || Number.isNaN(value)) throw wrongValue(this.type, value);
        this.view.setFloat64(at, value, true);
        return;
      case 'int64':
        if (this.type.kind === 'TIME' ? typeof value !== 'number' : typeof value !== 'bigint') throw wrongValue(this.type, value);
        if (!this.fits(BigInt(value as number | bigint))) throw wrongValue(this.type, value);
        this.view.setBigInt64(at, BigInt(value as number | bigint), true);
        return;
      case 'wide':
        if (typeof value !== 'bigint' || !this.fits(value)) throw wrongValue(this.type, value);
        this.view.setBigInt64(at, value >> 64n, false);
        this.view.setBigUint64(at + 8, value & LOW_64, false);
    }
  }

  /** The value at a place, as core/types has it. */
  valueAt(place: number): bigint | number {
    const at = place * this.width;
    switch (this.form) {
      case 'int32': {
        const value = this.view.getInt32(at, true);
        return this.type.kind === 'DATE' ? value : BigInt(value);
      }
      case 'double':
        return this.view.getFloat64(at, true);
      case 'int64': {
        const value = this.view.getBigInt64(at, true);
        return this.type.kind === 'TIME' ? Number(value) : value;
      }
      case 'wide':
        return (this.view.getBigInt64(at, false) << 64n) | this.view.getBigUint64(at + 8, false);
    }
  }

  /** Room for `count` values in all. */
  reserve(count: number): void {
    if (count <= this.capacity) return;
    this.capacity = Math.max(count, this.capacity * 2);
    const larger = new Int32Array((this.capacity * this.width) / 4);
    larger.set(this.words.subarray(0, (this.count * this.width) / 4));
    this.words = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Takes a row out, and moves those behind it up. */
  remove(row: number): void {
    const words = this.width / 4;
    const at = row - this.nulls.before(row);
    if (this.nulls.remove(row)) return;
    this.words.copyWithin(at * words, (at + 1) * words, this.count * words);
    this.count -= 1;
  }

  finish(rows: number, pages: PageWriter): ChunkMeta {
    pages.beginChunk(codecFor(this.plainBytes(0, this.count)));
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const to = Math.min(rows, from + PAGE_ROWS);
      const values = this.plainBytes(from - this.nulls.before(from), to - this.nulls.before(to));
      pages.dataPage(to - from, ENCODING.PLAIN, [this.nulls.levels(from, to), values]);
    }
    const meta = pages.endChunk(this.nulls.count, this.minMax());
    this.count = 0;
    this.nulls.clear();
    return meta;
  }

  /** The PLAIN bytes of the values [from, to). */
  plainBytes(from: number, to: number): Uint8Array {
    return new Uint8Array(this.words.buffer).subarray(from * this.width, to * this.width);
  }

  private fits(value: bigint): boolean {
    if (this.type.kind === 'DECIMAL') {
      const limit = 10n ** BigInt(this.type.precision);
      return value < limit && value > -limit;
    }
    return value <= INT64_MAX && value >= -INT64_MAX - 1n;
  }

  /** Exact borders of the values; null where there are none. */
  minMax(): MinMax | null {
    if (this.count === 0) return null;
    const [min, max] = this.form === 'int64' ? bordersOfInt64(this.words, this.count) : this.borders();
    for (const place of [min, max]) {
      const value = this.valueAt(place);
      if (typeof value === 'bigint' && !this.fits(value)) throw wrongValue(this.type, value);
    }
    return this.form === 'double' ? this.doubleBorders(min, max) : { min: this.plain(min), max: this.plain(max) };
  }

  private borders(): readonly [number, number] {
    let min = 0;
    let max = 0;
    for (let place = 1; place < this.count; place += 1) {
      if (this.isBelow(place, min)) min = place;
      else if (this.isBelow(max, place)) max = place;
    }
    return [min, max];
  }

  private isBelow(left: number, right: number): boolean {
    const { words, view } = this;
    switch (this.form) {
      case 'int32':
        return (words[left] as number) < (words[right] as number);
      case 'double':
        return view.getFloat64(left * 8, true) < view.getFloat64(right * 8, true);
      case 'int64':
        return view.getBigInt64(left * 8, true) < view.getBigInt64(right * 8, true);
      case 'wide':
        return isBelowWide(view, left * WIDE_DECIMAL_BYTES, right * WIDE_DECIMAL_BYTES);
    }
  }

  private plain(place: number): Uint8Array {
    return this.plainBytes(place, place + 1).slice();
  }

  /** A border of zero is written with the sign that keeps both zeros within, as the format asks. */
  private doubleBorders(min: number, max: number): MinMax {
    const border = (place: number, zero: number): Uint8Array => {
      const bytes = Buffer.alloc(8);
      const value = this.view.getFloat64(place * 8, true);
      bytes.writeDoubleLE(value === 0 ? zero : value);
      return bytes;
    };
    return { min: border(min, -0), max: border(max, 0) };
  }
}

/** The places of the smallest and the largest of values of two words, the lower one first. */
function bordersOfInt64(words: Int32Array, count: number): readonly [number, number] {
  let min = 0;
  let max = 0;
  let minHigh = words[1] as number;
  let maxHigh = minHigh;
  let minLow = (words[0] as number) >>> 0;
  let maxLow = minLow;
  for (let at = 2; at < count * 2; at += 2) {
    const high = words[at + 1] as number;
    if (high > minHigh && high < maxHigh) continue;
    const low = (words[at] as number) >>> 0;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      minHigh = high;
      minLow = low;
      min = at / 2;
    }
    if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxHigh = high;
      maxLow = low;
      max = at / 2;
    }
  }
  return [min, max];
}

function isBelowWide(view: DataView, left: number, right: number): boolean {
  const high = view.getInt32(left) - view.getInt32(right);
  if (high !== 0) return high < 0;
  for (let at = 4; at < WIDE_DECIMAL_BYTES; at += 4) {
    const a = view.getUint32(left + at);
    const b = view.getUint32(right + at);
    if (a !== b) return a < b;
  }
  return false;
}
