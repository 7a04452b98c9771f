import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSlot } from './range-slot.ts';

const LF = 10;

test('a slot holds what was given to it up to its size, behind that a line feed', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
  fc.assert(
    fc.property(chunks, fc.nat(2000), fc.nat(1000), (given, firstBytes, maxBytes) => {
      const slot = new RangeSlot(firstBytes, maxBytes);
      for (let round = 0; round < 2; round += 1) {
        const taken = given.map((chunk) => slot.append(Buffer.from(chunk)));
        const all = Buffer.concat(given.map((chunk, index) => chunk.subarray(0, taken[index])));
        expect(all).toHaveLength(Math.min(maxBytes, Buffer.concat(given).length));
        expect(slot.isFull).toBe(all.length === maxBytes);
        slot.seal();
        expect(slot.bytes.subarray(0, slot.length)).toEqual(all);
        expect(slot.bytes[slot.length]).toBe(LF);
        expect(slot.bytes.length - slot.length).toBeGreaterThan(4);
        slot.clear();
      }
    }),
  );
});

test('the bytes are shared, so that a thread sees them without a copy, and start at the beginning of their memory', () => {
  const slot = new RangeSlot(8, 1000);
  slot.append(Buffer.alloc(900, 1));
  expect(slot.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(slot.bytes.byteOffset).toBe(0);
});
