import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRowGroup, type PlainCell } from '../test-support/comparison/read-row-group.ts';
import { ENCODING, PageWriter, type ChunkMeta } from './page-writer.ts';
import { TextBuffer } from './text-buffer.ts';

const TYPE = { kind: 'STRING' } as const;

function finish(
  buffer: TextBuffer,
  rows: number,
): { readonly chunk: ChunkMeta; readonly cells: readonly PlainCell[] | undefined; readonly pages: Uint8Array } {
  const writer = new PageWriter();
  const chunk = buffer.finish(rows, writer);
  const pages = writer.take();
  return {
    chunk,
    pages,
    cells: readRowGroup({ rows, pages, chunks: [chunk] }, [{ name: 'text', type: TYPE, repeated: false }], new Map())[0],
  };
}

function write(buffer: TextBuffer, texts: readonly (string | null)[]): ReturnType<typeof finish> {
  texts.forEach((text, row) => {
    buffer.append(text, row);
  });
  return finish(buffer, texts.length);
}

function unique(count: number, length = 8): string[] {
  return Array.from({ length: count }, (_, index) => String(index).padStart(length, 'u'));
}

/** Rows that leave the dictionary or keep it, with NULLs where they are asked for. */
const REPEATED = Array.from({ length: 3000 }, (_, row) => `word ${row % 50}`);
const CASES: readonly (readonly [string, readonly (string | null)[], boolean])[] = [
  ['that repeat', REPEATED, true],
  ['that are all different', unique(5000), false],
  ['that first repeat and then do not', [...REPEATED, ...unique(70_000)], false],
  ['that are long', ['short', 'x'.repeat(5000), 'short'], false],
  ['of more bytes than a dictionary holds', Array.from({ length: 2000 }, (_, row) => `${'y'.repeat(3000)}${row % 600}`), false],
  ['with NULLs between', [...REPEATED, ...unique(20_000)].flatMap((text) => [null, text, null]), false],
  ['of which the first is NULL', [null, null, 'a', 'a', null, 'b'], true],
  ['of which none is there', [null, null], true],
  ['that are empty', ['', '', 'a', ''], true],
];

test.each(CASES)('texts %s come back', (_, texts, isDictionary) => {
  const buffer = new TextBuffer(TYPE);
  for (let round = 0; round < 2; round += 1) {
    const { chunk, cells } = write(buffer, texts);
    expect(cells).toEqual(texts);
    const isPlain = texts.every((text) => text === null) || !isDictionary;
    expect(chunk.minMax !== null).toBe(!isPlain);
    expect(chunk.nulls).toBe(texts.filter((text) => text === null).length);
  }
});

test('a dictionary that is left stays before the texts that stand by themselves', () => {
  const { chunk } = write(new TextBuffer(TYPE), [...REPEATED, ...unique(70_000)]);
  expect(chunk.encodings).toEqual([ENCODING.PLAIN, ENCODING.RLE, ENCODING.RLE_DICTIONARY]);
  expect(chunk.dictionaryBytes).toBeGreaterThan(0);
});

test('the same rows give the same bytes, whatever the buffer has held before', () => {
  const words = fc.array(fc.oneof(fc.constantFrom('BUY', 'SELL', null, ''), fc.string({ maxLength: 12 })), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(words, words, (before, texts) => {
      const used = new TextBuffer(TYPE);
      write(used, before);
      const left = write(used, texts);
      const right = write(new TextBuffer(TYPE), texts);
      expect(left.cells).toEqual(texts);
      expect(Buffer.compare(left.pages, right.pages)).toBe(0);
    }),
  );
});

test('smallest and largest text are those of rows, not of entries that no row has', () => {
  const buffer = new TextBuffer(TYPE);
  buffer.append('b', 0);
  const bytes = Buffer.from('a\0\0\0');
  buffer.index(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, 1);
  buffer.append('c', 1);
  const { chunk, cells } = finish(buffer, 2);
  expect(cells).toEqual(['b', 'c']);
  expect(chunk.minMax).toEqual({ min: Uint8Array.of(98), max: Uint8Array.of(99) });
});

test('borders are by bytes, not by characters of JavaScript', () => {
  const { chunk } = write(new TextBuffer(TYPE), ['\uffff', '𝄞']);
  expect(Buffer.from(chunk.minMax?.max ?? []).toString()).toBe('𝄞');
});
