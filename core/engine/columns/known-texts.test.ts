import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownTexts, NOT_PLACED } from './known-texts.ts';

const MARGIN_BYTES = 3;

/** The text within other bytes, as a scanner has it. */
function within(
  text: string | Buffer,
  before = 5,
): { readonly bytes: Buffer; readonly view: DataView; readonly from: number; readonly to: number } {
  const own = Buffer.from(text as string);
  const bytes = Buffer.concat([Buffer.alloc(before, 65), own, Buffer.alloc(MARGIN_BYTES, 66)]);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), from: before, to: before + own.length };
}

function find(known: KnownTexts, text: string | Buffer, before?: number): number {
  const { view, from, to } = within(text, before);
  return known.find(view, from, to);
}

function findRaw(known: KnownTexts, text: string | Buffer, before?: number): number {
  const { view, from, to } = within(text, before);
  return known.findRaw(view, from, to);
}

function add(known: KnownTexts, text: string | Buffer): number {
  const { bytes, from, to } = within(text, 2);
  return known.add(bytes, from, to);
}

/** Alike texts of every length around those at which the bytes are looked at in another way. */
const TEXTS = fc.uniqueArray(
  fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', '\0', 'é'), maxLength: 14 }),
    fc
      .tuple(fc.constantFrom('same beginning ', 'x'), fc.string({ maxLength: 3 }), fc.constantFrom(' same end', ''))
      .map((parts) => parts.join('')),
    fc.string({ minLength: 100, maxLength: 140 }),
  ),
  { minLength: 1, maxLength: 60 },
);

test('a text is found by all of its bytes, wherever it stands, and no other text is', () => {
  fc.assert(
    fc.property(TEXTS, TEXTS, (texts, others) => {
      const known = new KnownTexts(true);
      const entries = new Map(texts.map((text) => [text, add(known, text)]));
      expect(new Set(entries.values()).size).toBe(texts.length);
      for (const [text, entry] of entries) for (const before of [0, 1, 7]) expect(find(known, text, before)).toBe(entry);
      for (const other of others) expect(find(known, other)).toBe(entries.get(other) ?? -1);
    }),
    { numRuns: 300 },
  );
});

test('more texts than the first table holds are all found', () => {
  const known = new KnownTexts(true);
  const texts = Array.from({ length: 20_000 }, (_, index) => `text ${index % 7} ${index}`);
  const entries = texts.map((text) => add(known, text));
  expect(texts.map((text) => find(known, text))).toEqual(entries);
});

test('where bytes are not UTF-8 a text with bytes above ASCII is never taken for one of the table', () => {
  const known = new KnownTexts(false);
  const entry = add(known, 'plain');
  add(known, 'é and so on');
  expect(findRaw(known, Buffer.from('é and so on', 'utf8'))).toBe(-1);
  expect(findRaw(known, 'plain')).toBe(entry);
  expect(find(known, 'é and so on')).not.toBe(-1);
});

test('a place in the dictionary holds for one row group', () => {
  const known = new KnownTexts(true);
  const { view, from, to } = within('text');
  const entry = add(known, 'text');
  expect(known.place(view, from, to)).toBe(NOT_PLACED);
  known.setPlace(entry, 12);
  expect(known.place(view, from, to)).toBe(12);
  known.nextRowGroup();
  expect(known.place(view, from, to)).toBe(NOT_PLACED);
  expect(known.find(view, from, to)).toBe(entry);
});

test('what is kept from one row group to the next is bounded', () => {
  const known = new KnownTexts(true);
  const long = 'x'.repeat(5 * 1024 * 1024);
  add(known, long);
  add(known, 'short');
  known.nextRowGroup();
  expect([find(known, long), find(known, 'short')]).toEqual([-1, -1]);
  const entry = add(known, 'short');
  expect(find(known, 'short')).toBe(entry);
});
