/** A text column that is NULL in nearly every row: only the rows that have a text are held. */
import { singleRun, withLength } from './null-rows.ts';
import { CODEC, ENCODING, type ChunkMeta, type PageWriter } from './page-writer.ts';
import { TextBuffer } from './text-buffer.ts';

export class SparseTexts {
  private readonly buffer = new TextBuffer({ kind: 'STRING' });
  private nextRow = 0;

  get sizeBytes(): number {
    return this.buffer.sizeBytes;
  }

  /** Rows come in ascending order. */
  set(row: number, text: string | null): void {
    if (text === null) return;
    this.fillTo(row);
    this.buffer.append(text, row);
    this.nextRow = row + 1;
  }

  finish(rows: number, pages: PageWriter): ChunkMeta {
    if (this.nextRow === 0) {
      pages.beginChunk(CODEC.UNCOMPRESSED);
      pages.dataPage(rows, ENCODING.PLAIN, [withLength(singleRun(0, rows))]);
      return pages.endChunk(rows, null);
    }
    this.fillTo(rows);
    this.nextRow = 0;
    return this.buffer.finish(rows, pages);
  }

  private fillTo(row: number): void {
    for (; this.nextRow < row; this.nextRow += 1) this.buffer.append(null, this.nextRow);
  }
}
