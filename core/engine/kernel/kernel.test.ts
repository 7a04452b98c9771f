import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowHashInto } from '../output/row-hash.ts';
import { Kernel } from './kernel.ts';

const INPUT_BYTES = 64 * 1024;

/** Bytes in shared memory, as those of a range are, at a position that is aligned or not. */
function sharedBytes(content: Buffer, from: number): Buffer {
  const bytes = Buffer.from(new SharedArrayBuffer(from + content.length));
  bytes.set(content, from);
  return bytes;
}

test('rows of every length have the hash that row-hash.ts gives them', () => {
  const content = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * index * 7919) >>> 3));
  const kernel = new Kernel(0, INPUT_BYTES);
  const words = new Int32Array(2);
  for (const from of [0, 1, 6]) {
    const bytes = sharedBytes(content, from);
    const view = new DataView(bytes.buffer);
    kernel.load(bytes, from, bytes.length);
    for (let row = 0; row < 300; row += 1) {
      kernel.offsets[row] = 1_000_000 + row * 101;
      kernel.lengths[row] = row;
    }
    kernel.hashRows(300, 1_000_000);
    for (let row = 0; row < 300; row += 1) {
      rowHashInto(view, from + row * 101, from + row * 101 + row, words, 0);
      expect([...kernel.hashes.subarray(row * 2, row * 2 + 2)]).toEqual([...words]);
    }
  }
});

const TEXTS = fc.array(
  fc.option(fc.oneof(fc.constantFrom('a', 'b', 'ab', 'a\0', 'EUR', 'x'.repeat(31), 'x'.repeat(30)), fc.string({ maxLength: 40 })), {
    freq: 4,
  }),
  { maxLength: 120 },
);

interface Noted {
  readonly kernel: Kernel;
  readonly places: readonly { readonly from: number; readonly length: number }[];
}

function note(kernel: Kernel, texts: readonly (string | null)[]): Noted {
  const parts = texts.map((text) => Buffer.from(text ?? '', 'utf8'));
  let from = 0;
  const places = parts.map(({ length }) => ({ from: (from += length) - length, length }));
  kernel.load(sharedBytes(Buffer.concat(parts), 3), 3, 3 + from);
  for (const [row, place] of places.entries()) {
    kernel.notes[0]?.set([place.from * 2, texts[row] === null ? -1 : place.length], row * 2);
  }
  return { kernel, places };
}

test('texts get the places of a dictionary in the order of the rows, in one row group after another', () => {
  fc.assert(
    fc.property(fc.array(TEXTS, { minLength: 1, maxLength: 4 }), (batches) => {
      const kernel = new Kernel(1, INPUT_BYTES);
      const numbers = new Map<string, number>();
      for (const [batch, texts] of batches.entries()) {
        const group = batch + 1;
        const { places } = note(kernel, texts);
        const dictionary = new Map<string, number>();
        const misses = kernel.find(0, 0, texts.length, group, 500);
        expect(kernel.count).toBe(texts.filter((text) => text !== null).length);
        for (let miss = 0; ; miss += 1) {
          miss = kernel.place(0, 0, group, miss, misses, 0, dictionary.size, 60_000);
          for (const text of split(kernel.placedTexts())) dictionary.set(text, dictionary.size);
          if (miss === misses) break;
          // What the table does not have is new, empty or long.
          const row = kernel.misses[miss * 2]!;
          const text = texts[row]!;
          const length = Buffer.byteLength(text, 'utf8');
          if (!dictionary.has(text)) dictionary.set(text, dictionary.size);
          const place = dictionary.get(text)!;
          kernel.places[kernel.misses[miss * 2 + 1]!] = place;
          if (length === 0 || length > 31) continue;
          expect(numbers.has(text)).toBe(false);
          numbers.set(text, numbers.size);
          kernel.enter(0, places[row]!.from, length, numbers.get(text)!);
          kernel.stamps[0]![numbers.get(text)!] = group * 65_536 + place;
        }
        const present = texts.filter((text) => text !== null);
        const expected = new Map([...new Set(present)].map((text, place) => [text, place]));
        expect([...kernel.places.subarray(0, present.length)]).toEqual(present.map((text) => expected.get(text)));
        const absent = texts.flatMap((text, row) => (text === null ? [500 + row] : []));
        expect([...kernel.nulls.subarray(0, absent.length)]).toEqual(absent);
      }
    }),
    { numRuns: 300 },
  );
});

function split(texts: Uint8Array): string[] {
  const bytes = Buffer.from(texts);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at))
    found.push(bytes.toString('utf8', at + 4, at + 4 + bytes.readUInt32LE(at)));
  return found;
}

test('plain texts are written up to the first that is not', () => {
  const isPlain = (text: string | null): boolean =>
    text === null || (text.length > 0 && text.length <= 35 && text.length !== 3 && /^[!-\x7f]$|^[!-\x7f][\0-\x7f]*[!-\x7f]$/.test(text));
  fc.assert(
    fc.property(TEXTS, (texts) => {
      const { kernel } = note(new Kernel(1, INPUT_BYTES), texts);
      const stop = kernel.plain(0, 0, 0, texts.length, 0, 500, 35, 1 << 3);
      const first = texts.findIndex((text) => !isPlain(text));
      expect(stop).toBe(first < 0 ? texts.length : first);
      const taken = texts.slice(0, stop).filter((text) => text !== null);
      expect(kernel.count).toBe(taken.length);
      expect(split(kernel.plainTexts())).toEqual(taken);
    }),
    { numRuns: 500 },
  );
});

test('a text is found again only where it is the same to its length', () => {
  const kernel = new Kernel(1, INPUT_BYTES);
  note(kernel, ['ab']);
  kernel.enter(0, 0, 2, 0);
  kernel.stamps[0]![0] = 65_536 + 7;
  note(kernel, ['ab', 'ab\0', 'a', 'abc', 'ab']);
  expect(kernel.find(0, 0, 5, 1, 0)).toBe(3);
  expect([...kernel.misses.subarray(0, 6)]).toEqual([1, 1, 2, 2, 3, 3]);
  expect([kernel.places[0], kernel.places[4]]).toEqual([7, 7]);
  kernel.clearTable(0);
  expect(kernel.find(0, 0, 5, 1, 0)).toBe(5);
});
