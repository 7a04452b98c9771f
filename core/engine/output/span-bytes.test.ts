import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forEachSpan, SpanList } from './span-bytes.ts';
import { SpanReader, SpanWriter } from './span-log.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spans-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Span = readonly [number, number];

/** In order mostly, but also overlapping and far apart. */
const SPANS: fc.Arbitrary<readonly Span[]> = fc.array(
  fc.tuple(fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 50 })), fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 2 ** 40 }))),
  { maxLength: 40 },
);

function listed(list: SpanList): Span[] {
  const spans: Span[] = [];
  forEachSpan(list.bytes(), (byteOffset, byteLength) => spans.push([byteOffset, byteLength]));
  return spans;
}

test('spans come back as they were added, in memory and in a file', () => {
  fc.assert(
    fc.property(SPANS, (spans) => {
      const list = new SpanList();
      for (const [byteOffset, byteLength] of spans) list.add(byteOffset, byteLength, false);
      expect(listed(list)).toEqual(spans);
      const path = join(folder, 'log.bin');
      const writer = new SpanWriter(path);
      for (const [byteOffset, byteLength] of spans) writer.add(byteOffset, byteLength);
      writer.close();
      const reader = new SpanReader(path);
      const read: Span[] = [];
      while (reader.next()) read.push([reader.byteOffset, reader.byteLength]);
      reader.close();
      expect(read).toEqual(spans);
    }),
  );
});

test('spans that touch become one where that is asked for, and cover the same bytes', () => {
  const list = new SpanList();
  for (const [byteOffset, byteLength] of [
    [0, 5],
    [5, 1],
    [7, 2],
    [9, 0],
    [8, 3],
  ] as const)
    list.add(byteOffset, byteLength, true);
  expect(listed(list)).toEqual([
    [0, 6],
    [7, 2],
    [8, 3],
  ]);
});

test('a file of spans may be longer than what is read of it at once', () => {
  const path = join(folder, 'long.bin');
  const writer = new SpanWriter(path);
  for (let index = 0; index < 100_000; index += 1) writer.add(index * 1000, 999);
  writer.close();
  const reader = new SpanReader(path);
  let count = 0;
  for (; reader.next(); count += 1) if (reader.byteOffset !== count * 1000 || reader.byteLength !== 999) break;
  reader.close();
  expect(count).toBe(100_000);
});
