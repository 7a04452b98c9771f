/** BYTES: PLAIN, each value behind its length. */
import type { Cell } from '../output/file-output.ts';
import { wrongValue, type ColumnBuffer } from './column-buffer.ts';
import { NullRows } from './null-rows.ts';
import { CODEC, type ChunkMeta, type PageWriter } from './page-writer.ts';
import { PlainTexts } from './plain-texts.ts';

const MAX_STATISTIC_BYTES = 256;

export class BytesBuffer implements ColumnBuffer {
  readonly nulls = new NullRows();
  count = 0;
  private readonly plain = new PlainTexts();
  private min: Uint8Array | undefined;
  private max: Uint8Array | undefined;

  get sizeBytes(): number {
    return this.plain.buffer.length + this.nulls.count * 4;
  }

  append(cell: Cell, row: number): void {
    if (cell === null) {
      this.nulls.add(row);
      return;
    }
    if (!(cell instanceof Uint8Array)) throw wrongValue({ kind: 'BYTES' }, cell);
    this.plain.append(cell, 0, cell.length);
    this.count += 1;
    if (this.min === undefined || Buffer.compare(cell, this.min) < 0) this.min = Uint8Array.from(cell);
    if (this.max === undefined || Buffer.compare(cell, this.max) > 0) this.max = Uint8Array.from(cell);
  }

  finish(rows: number, pages: PageWriter): ChunkMeta {
    pages.beginChunk(CODEC.ZSTD);
    this.plain.pages(pages, this.nulls, 0, rows);
    const { min, max } = this;
    const fits = min !== undefined && max !== undefined && min.length <= MAX_STATISTIC_BYTES && max.length <= MAX_STATISTIC_BYTES;
    const meta = pages.endChunk(this.nulls.count, fits ? { min, max } : null);
    this.plain.clear();
    this.nulls.clear();
    this.count = 0;
    this.min = undefined;
    this.max = undefined;
    return meta;
  }
}
