/** A text column with the same text in every row: a dictionary of one entry and one run. */
import { singleRun, withLength } from './null-rows.ts';
import { CODEC, ENCODING, type ChunkMeta, type PageWriter } from './page-writer.ts';

const BIT_WIDTH = 1;
const MAX_STATISTIC_BYTES = 256;

export function constantTextChunk(text: string, rows: number, pages: PageWriter): ChunkMeta {
  const bytes = Buffer.from(text, 'utf8');
  pages.beginChunk(CODEC.UNCOMPRESSED);
  pages.dictionaryPage(1, withLength(bytes));
  pages.dataPage(rows, ENCODING.RLE_DICTIONARY, [withLength(singleRun(1, rows)), Uint8Array.of(BIT_WIDTH), singleRun(0, rows)]);
  return pages.endChunk(0, bytes.length > MAX_STATISTIC_BYTES ? null : { min: bytes, max: bytes });
}
