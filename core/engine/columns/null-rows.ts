/** The rows of a column that are NULL, as ascending row numbers, and the definition levels that follow from them. */
import { encodeHybrid } from '../parquet/hybrid-encoding.ts';

/** Where one row in so many is NULL there are hardly any runs. */
const DENSE = 32;

export class NullRows {
  /** The first `count` are in use. A generated scanner writes here; it has made room with reserve() before. */
  rows = new Int32Array(1024);
  count = 0;

  add(row: number): void {
    if (this.count === this.rows.length) this.reserve(this.count + 1);
    this.rows[this.count++] = row;
  }

  /** Room for `count` in all. */
  reserve(count: number): void {
    if (count <= this.rows.length) return;
    const larger = new Int32Array(Math.max(count, this.rows.length * 2));
    larger.set(this.rows.subarray(0, this.count));
    this.rows = larger;
  }

  /** The first `count` of `rows`, for which there is room. */
  append(rows: Int32Array, count: number): void {
    if (count > 0) this.rows.set(rows.subarray(0, count), this.count);
    this.count += count;
  }

  /** Forgets the rows from `row` on. */
  cut(row: number): void {
    this.count = this.before(row);
  }

  /** Takes a row out, and moves those behind it up; true where it was NULL. */
  remove(row: number): boolean {
    const at = this.before(row);
    const isNull = at < this.count && this.rows[at] === row;
    if (isNull) {
      this.rows.copyWithin(at, at + 1, this.count);
      this.count -= 1;
    }
    for (let index = at; index < this.count; index += 1) this.rows[index] = (this.rows[index] as number) - 1;
    return isNull;
  }

  clear(): void {
    this.count = 0;
  }

  /** How many of the first `row` rows are NULL. */
  before(row: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.rows[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Levels of the rows [from, to) behind their length: 0 is NULL, 1 a value. */
  levels(from: number, to: number): Uint8Array {
    const first = this.before(from);
    const last = this.before(to);
    if (first === last) return withLength(singleRun(1, to - from));
    if (last - first === to - from) return withLength(singleRun(0, to - from));
    if ((last - first) * DENSE > to - from) return withLength(this.bits(from, to, first, last));
    const levels = new Uint8Array(to - from).fill(1);
    for (let index = first; index < last; index += 1) levels[(this.rows[index] ?? 0) - from] = 0;
    return withLength(encodeHybrid(levels, levels.length, 1));
  }

  /** One bit a row, all in one run of literals. */
  private bits(from: number, to: number, first: number, last: number): Uint8Array {
    const groups = Math.ceil((to - from) / 8);
    const header = varint(groups * 2 + 1);
    const bytes = new Uint8Array(header.length + groups).fill(0xff);
    bytes.set(header);
    // Bits behind the last row are zeros.
    if ((to - from) % 8 !== 0) bytes[bytes.length - 1] = (1 << ((to - from) % 8)) - 1;
    for (let index = first; index < last; index += 1) {
      const row = (this.rows[index] as number) - from;
      const at = header.length + (row >>> 3);
      bytes[at] = (bytes[at] as number) & ~(1 << (row & 7));
    }
    return bytes;
  }
}

/** All of `count` levels alike, as one run. */
export function singleRun(level: number, count: number): Uint8Array {
  return Uint8Array.from([...varint(count * 2), level]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Levels of a data page stand behind their length. */
export function withLength(encoded: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + encoded.length);
  bytes.writeUInt32LE(encoded.length);
  bytes.set(encoded, 4);
  return bytes;
}
