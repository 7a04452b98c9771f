/** A column of whole numbers in one row group, as distances from `base`: the lineage of rows. NULL in all rows or in none. */
import { encodeDeltas } from './delta-encoding.ts';
import { singleRun, withLength } from './null-rows.ts';
import { CODEC, ENCODING, type ChunkMeta, type PageWriter } from './page-writer.ts';
import type { DeltaChunk } from './row-group.ts';

export class DeltaColumn {
  /** A generated scanner writes here as well; it has made room with reserve() before. */
  values = new Int32Array(1024);
  private isNull = false;

  /** The value of a row; null where no row of the file has one. */
  set(row: number, value: number | null): void {
    if (row >= this.values.length) this.reserve(row + 1, row);
    if (value === null) this.isNull = true;
    else this.values[row] = value;
  }

  /** Room for `count` rows, of which `kept` are in use. */
  reserve(count: number, kept: number): void {
    if (count <= this.values.length) return;
    const larger = new Int32Array(Math.max(count, this.values.length * 2));
    larger.set(this.values.subarray(0, kept));
    this.values = larger;
  }

  /** `base` is added to every value. */
  finish(rows: number, base: number, pages: PageWriter): DeltaChunk | ChunkMeta {
    if (this.isNull) {
      this.isNull = false;
      pages.beginChunk(CODEC.UNCOMPRESSED);
      pages.dataPage(rows, ENCODING.PLAIN, [withLength(singleRun(0, rows))]);
      return pages.endChunk(rows, null);
    }
    let min = Infinity;
    let max = -Infinity;
    for (let row = 0; row < rows; row += 1) {
      const value = this.values[row] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    const first = base + (this.values[0] as number);
    return { count: rows, first, min: base + min, max: base + max, deltas: encodeDeltas(this.values, rows) };
  }
}
