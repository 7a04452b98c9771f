import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyShared } from './copy-shared.ts';

test('exactly the bytes of the source are copied, and none beside them change', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(8), fc.nat(8), (bytes, before, behind) => {
      const source = new Uint8Array(new SharedArrayBuffer(bytes.length + 3)).subarray(3);
      source.set(bytes);
      const target = Buffer.alloc(before + bytes.length + behind, 0xee);
      copyShared(source, target, before);
      expect([...target]).toEqual([...Array<number>(before).fill(0xee), ...bytes, ...Array<number>(behind).fill(0xee)]);
    }),
  );
});
