/** Encoders of the values that have a fixed width: 4, 8 or 16 bytes. */
import { WIDE_DECIMAL_BYTES } from './parquet-schema.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { ENCODING, wrongValue, type EncodedValues, type MinMax, type ValueEncoder } from './value-encoder.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

const PAGE_CAPACITY = 64 * 1024;
const TWO_32 = 4_294_967_296;
const INT64_MAX = (1n << 63n) - 1n;
const LOW_64 = (1n << 64n) - 1n;

/** What the encoders of this file share: a buffer of PLAIN values and the border values of the chunk. */
abstract class PlainEncoder<T extends number | bigint> implements ValueEncoder {
  protected readonly buffer = new ByteBuffer(PAGE_CAPACITY);
  protected readonly type: ColumnType;
  private min: T | undefined;
  private max: T | undefined;

  constructor(type: ColumnType) {
    this.type = type;
  }

  abstract append(value: Value): void;
  protected abstract plain(value: T): Uint8Array;
  protected abstract fits(value: T): boolean;

  get sizeBytes(): number {
    return this.buffer.length;
  }

  protected track(value: T): void {
    if (this.min === undefined || this.max === undefined) {
      this.min = value;
      this.max = value;
    } else if (value < this.min) this.min = value;
    else if (value > this.max) this.max = value;
  }

  takePage(): EncodedValues {
    const body = this.buffer.content();
    this.buffer.clear();
    return { encoding: ENCODING.PLAIN, body };
  }

  takeDictionary(): null {
    return null;
  }

  takeMinMax(): MinMax | null {
    const { min, max } = this;
    this.min = undefined;
    this.max = undefined;
    if (min === undefined || max === undefined) return null;
    // The one place where the whole chunk is checked against its type's range: no wrapped value may leave.
    for (const border of [min, max]) if (!this.fits(border)) throw wrongValue(this.type, border);
    return { min: this.plain(min), max: this.plain(max) };
  }
}

/** DATE: days since 1970-01-01, as INT32. */
export class DateEncoder extends PlainEncoder<number> {
  append(value: Value): void {
    if (typeof value !== 'number') throw wrongValue(this.type, value);
    const at = this.buffer.claim(4);
    this.buffer.view.setInt32(at, value, true);
    this.track(value);
  }
  protected plain(value: number): Uint8Array {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  }
  protected fits(value: number): boolean {
    return value === (value | 0);
  }
}

/** Whole numbers that a double holds exactly (TIME, positions, lengths), as INT64. */
export class SafeIntegerEncoder extends PlainEncoder<number> {
  append(value: Value): void {
    if (typeof value !== 'number') throw wrongValue(this.type, value);
    const at = this.buffer.claim(8);
    const high = Math.floor(value / TWO_32);
    this.buffer.view.setInt32(at, value - high * TWO_32, true);
    this.buffer.view.setInt32(at + 4, high, true);
    this.track(value);
  }
  protected plain(value: number): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  }
  protected fits(value: number): boolean {
    return Number.isSafeInteger(value);
  }
}

/** INT64, DATETIME, TIMESTAMP and decimals of 10 to 18 digits, as INT64. */
export class BigIntEncoder extends PlainEncoder<bigint> {
  append(value: Value): void {
    if (typeof value !== 'bigint') throw wrongValue(this.type, value);
    const at = this.buffer.claim(8);
    this.buffer.view.setBigInt64(at, value, true);
    this.track(value);
  }
  protected plain(value: bigint): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  }
  protected fits(value: bigint): boolean {
    return fitsDecimal(this.type, value) && value <= INT64_MAX && value >= -INT64_MAX - 1n;
  }
}

/** Decimals of up to 9 digits, as INT32. */
export class SmallDecimalEncoder extends PlainEncoder<bigint> {
  append(value: Value): void {
    if (typeof value !== 'bigint') throw wrongValue(this.type, value);
    const at = this.buffer.claim(4);
    this.buffer.view.setInt32(at, Number(value), true);
    this.track(value);
  }
  protected plain(value: bigint): Uint8Array {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(Number(value));
    return bytes;
  }
  protected fits(value: bigint): boolean {
    return fitsDecimal(this.type, value);
  }
}

/** Decimals of 19 to 38 digits: two's complement, the highest byte first, 16 bytes. */
export class WideDecimalEncoder extends PlainEncoder<bigint> {
  append(value: Value): void {
    if (typeof value !== 'bigint') throw wrongValue(this.type, value);
    const at = this.buffer.claim(WIDE_DECIMAL_BYTES);
    writeWide(this.buffer.view, at, value);
    this.track(value);
  }
  protected plain(value: bigint): Uint8Array {
    const bytes = new Uint8Array(WIDE_DECIMAL_BYTES);
    writeWide(new DataView(bytes.buffer), 0, value);
    return bytes;
  }
  protected fits(value: bigint): boolean {
    return fitsDecimal(this.type, value);
  }
}

function writeWide(view: DataView, at: number, value: bigint): void {
  view.setBigInt64(at, value >> 64n, false);
  view.setBigUint64(at + 8, value & LOW_64, false);
}

function fitsDecimal(type: ColumnType, value: bigint): boolean {
  if (type.kind !== 'DECIMAL') return true;
  const limit = 10n ** BigInt(type.precision);
  return value < limit && value > -limit;
}

/** FLOAT64. A border of zero is written with the sign that keeps both zeros within, as the format asks. */
export class DoubleEncoder extends PlainEncoder<number> {
  append(value: Value): void {
    if (typeof value !== 'number' || Number.isNaN(value)) throw wrongValue(this.type, value);
    const at = this.buffer.claim(8);
    this.buffer.view.setFloat64(at, value, true);
    this.track(value);
  }
  override takeMinMax(): MinMax | null {
    const borders = super.takeMinMax();
    if (borders === null) return null;
    const { min, max } = borders;
    return { min: isZero(min) ? this.plain(-0) : min, max: isZero(max) ? this.plain(0) : max };
  }
  protected plain(value: number): Uint8Array {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  }
  protected fits(): boolean {
    return true;
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => byte === 0 || (index === 7 && byte === 0x80));
}
