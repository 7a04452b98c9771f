import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBuffer } from '../bytes/byte-buffer.ts';
import { textBorders } from './text-borders.ts';

const TEXTS = fc.array(
  fc.tuple(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      // Texts that are alike for some bytes, as identifiers are.
      fc.array(fc.constantFrom(0, 65, 66, 255), { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes)),
    ),
    fc.boolean(),
  ),
  { maxLength: 12 },
);

test('the borders are the first and the last of the used texts as Buffer.compare() sorts them', () => {
  fc.assert(
    fc.property(TEXTS, (texts) => {
      const entries = new ByteBuffer(1);
      const starts = texts.map(([text]) => {
        const at = entries.claim(4 + text.length);
        entries.view.setUint32(at, text.length, true);
        entries.bytes.set(text, at + 4);
        return at;
      });
      const used = Uint8Array.from(texts, ([, isUsed]) => (isUsed ? 1 : 0));
      const sorted = texts.flatMap(([text, isUsed]) => (isUsed ? [text] : [])).toSorted((left, right) => Buffer.compare(left, right));
      const [min] = sorted;
      const max = sorted.at(-1);
      expect(textBorders(entries, starts, used)).toEqual(min === undefined || max === undefined ? null : { min, max });
    }),
    { numRuns: 2000 },
  );
});

test.each([256, 257])('a border of %i bytes', (length) => {
  const entries = new ByteBuffer(1024);
  entries.view.setUint32(entries.claim(4 + length), length, true);
  expect(textBorders(entries, [0], Uint8Array.of(1)) === null).toBe(length > 256);
});
