import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { chunksOfContent } from './content-chunks.ts';

async function cut(pieces: readonly string[], chunkBytes: number): Promise<string[]> {
  const content = Readable.from(pieces.map((piece) => Buffer.from(piece)));
  const chunks = [];
  for await (const { bytes, offset, isLast } of chunksOfContent(content, chunkBytes)) {
    chunks.push(`${String(offset)} ${bytes.toString()}${isLast ? ' last' : ''}`);
  }
  return chunks;
}

test('only the last chunk is short, and it is known to be the last', async () => {
  expect(await cut(['ab', 'cdefg', 'h'], 3)).toEqual(['0 abc', '3 def', '6 gh last']);
  expect(await cut(['abcdef'], 3)).toEqual(['0 abc', '3 def last']);
  expect(await cut(['abc'], 3)).toEqual(['0 abc last']);
});

test('no content is one empty chunk', async () => {
  expect(await cut([], 3)).toEqual(['0  last']);
});
