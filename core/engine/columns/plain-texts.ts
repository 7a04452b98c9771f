/** Values of any length, PLAIN: each behind its length of four bytes. Pages end at a row border near 1 MiB. */
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { PAGE_ROWS } from './column-buffer.ts';
import type { NullRows } from './null-rows.ts';
import { ENCODING, type PageWriter } from './page-writer.ts';

const PAGE_BYTES = 1024 * 1024;
const MARGIN_BYTES = 4;

export class PlainTexts {
  /** A generated scanner writes here as well, after reserve(). */
  readonly buffer = new ByteBuffer(64 * 1024);

  append(bytes: Uint8Array, from: number, to: number): void {
    const at = this.buffer.claim(4 + to - from);
    this.buffer.view.setUint32(at, to - from, true);
    this.buffer.bytes.set(bytes.subarray(from, to), at + 4);
  }

  /** The same from a view that has at least three bytes behind `to`: short texts are copied by words. */
  appendFrom(source: DataView, from: number, to: number): void {
    const length = to - from;
    const at = this.buffer.claim(4 + length + MARGIN_BYTES) + 4;
    this.buffer.length -= MARGIN_BYTES;
    const { view } = this.buffer;
    view.setInt32(at - 4, length, true);
    for (let done = 0; done < length; done += 4) view.setInt32(at + done, source.getInt32(from + done, true), true);
  }

  /** Texts that each stand behind their length already. */
  appendAll(texts: Uint8Array): void {
    const at = this.buffer.claim(texts.length);
    this.buffer.bytes.set(texts, at);
  }

  /** Position behind the next `count` texts from the position `at` on. */
  behind(at: number, count: number): number {
    const { view } = this.buffer;
    let end = at;
    for (let left = count; left > 0; left -= 1) end += 4 + view.getUint32(end, true);
    return end;
  }

  /** The text at the position `at`. */
  textAt(at: number): string {
    const { bytes, view } = this.buffer;
    return bytes.toString('utf8', at + 4, at + 4 + view.getUint32(at, true));
  }

  clear(): void {
    this.buffer.clear();
  }

  /** The pages of the rows from `firstRow` on; the buffer's first value is the first of them that is not NULL. */
  pages(pages: PageWriter, nulls: NullRows, firstRow: number, rows: number): void {
    const { view } = this.buffer;
    let row = firstRow;
    let nullIndex = nulls.before(firstRow);
    let at = 0;
    while (row < rows) {
      const from = row;
      const start = at;
      while (row < rows && row - from < PAGE_ROWS && at - start < PAGE_BYTES) {
        if (nullIndex < nulls.count && nulls.rows[nullIndex] === row) nullIndex += 1;
        else at += 4 + view.getUint32(at, true);
        row += 1;
      }
      pages.dataPage(row - from, ENCODING.PLAIN, [nulls.levels(from, row), this.buffer.bytes.subarray(start, at)]);
    }
  }
}
