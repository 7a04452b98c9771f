import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { skipWords, type SkippedBytes } from './skip-words.ts';

type Skip = (view: DataView, p: number) => number;

function compiled(skipped: SkippedBytes): Skip {
  return compileFunction(`let c = 0; let x = 0; ${skipWords(skipped)} return p;`, ['view', 'p']) as Skip;
}

test('the first byte that matters is found', () => {
  const cases: readonly SkippedBytes[] = [
    { stops: [44], below: 14 },
    { stops: [34], below: 14 },
    { stops: [34, 92], below: 32 },
    { stops: [60, 62, 38, 34], below: 32, high: true },
    { stops: [124], below: 14, high: true },
  ];
  for (const skipped of cases) {
    const skip = compiled(skipped);
    const matters = (byte: number): boolean =>
      byte < skipped.below || skipped.stops.includes(byte) || (skipped.high === true && byte > 127);
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 97, max: 122 }),
      fc.constantFrom(...skipped.stops, 13, 14, 31, 32, 127, 128, 255),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
        // Behind the bytes stands a line feed, as behind those of a range.
        const padded = Uint8Array.from([...bytes, 10, 0, 0, 0, 0, 0, 0, 0]);
        expect(skip(new DataView(padded.buffer), 0)).toBe(padded.findIndex(matters));
      }),
      { numRuns: 2000 },
    );
  }
});
