/** BOOL: one bit a value, the lowest first; held as a byte a value until the chunk ends. */
import type { Cell } from '../output/file-output.ts';
import { PAGE_ROWS, wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { NullRows } from './null-rows.ts';
import { CODEC, ENCODING, type ChunkMeta, type MinMax, type PageWriter } from './page-writer.ts';

export class BooleanBuffer implements ColumnBuffer {
  readonly nulls = new NullRows();
  count = 0;
  private values = new Uint8Array(1024);

  get sizeBytes(): number {
    return this.count + this.nulls.count * 4;
  }

  append(cell: Cell, row: number): void {
    if (cell === null) {
      this.nulls.add(row);
      return;
    }
    this.put(this.count, cell);
    this.count += 1;
  }

  /** Writes a value without counting it. */
  put(place: number, value: Cell): void {
    if (typeof value !== 'boolean') throw wrongValue({ kind: 'BOOL' }, value);
    this.reserve(place + 1);
    this.values[place] = value ? 1 : 0;
  }

  /** Room for `count` values in all. */
  reserve(count: number): void {
    if (count <= this.values.length) return;
    const larger = new Uint8Array(Math.max(count, this.values.length * 2));
    larger.set(this.values);
    this.values = larger;
  }

  /** Takes a row out, and moves those behind it up. */
  remove(row: number): void {
    const at = row - this.nulls.before(row);
    if (this.nulls.remove(row)) return;
    this.values.copyWithin(at, at + 1, this.count);
    this.count -= 1;
  }

  valueAt(place: number): boolean {
    return this.values[place] === 1;
  }

  finish(rows: number, pages: PageWriter): ChunkMeta {
    pages.beginChunk(CODEC.ZSTD);
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const to = Math.min(rows, from + PAGE_ROWS);
      const packed = this.plainBytes(from - this.nulls.before(from), to - this.nulls.before(to));
      pages.dataPage(to - from, ENCODING.PLAIN, [this.nulls.levels(from, to), packed]);
    }
    const meta = pages.endChunk(this.nulls.count, this.minMax());
    this.count = 0;
    this.nulls.clear();
    return meta;
  }

  minMax(): MinMax | null {
    if (this.count === 0) return null;
    const values = this.values.subarray(0, this.count);
    return { min: Uint8Array.of(values.includes(0) ? 0 : 1), max: Uint8Array.of(values.includes(1) ? 1 : 0) };
  }

  /** The values [from, to) as bits. */
  plainBytes(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil((to - from) / 8));
    for (let index = from; index < to; index += 1) {
      const bit = index - from;
      if (this.values[index] === 1) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (1 << (bit & 7));
    }
    return bytes;
  }
}
