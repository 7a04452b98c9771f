import { describe, expect, it } from 'vitest';
import { murmur3, rowHash } from './row-hash.ts';

function hashBytes(bytes: Uint8Array, seed: number): Buffer {
  return Buffer.from(Int32Array.from(murmur3(bytes, seed)).buffer);
}

describe('rowHash', () => {
  it('is MurmurHash3_x86_128 by the verification value of SMHasher', () => {
    const key = Uint8Array.from({ length: 256 }, (_, index) => index);
    const all = Buffer.concat(Array.from({ length: 256 }, (_, size) => hashBytes(key.subarray(0, size), 256 - size)));
    expect(hashBytes(all, 0).readUInt32LE(0)).toBe(0xb3ece62a);
  });

  it('gives the signed 64-bit numbers of its documentation', () => {
    expect(rowHash(Buffer.from(''))).toBe(0n);
    expect(rowHash(Buffer.from('foo'))).toBe(6968798590592097061n);
  });

  it('tells apart records that differ in one byte, whatever their length', () => {
    const hashes = new Set<bigint>();
    for (let size = 0; size < 64; size += 1) {
      const bytes = Buffer.alloc(size, 0x61);
      hashes.add(rowHash(bytes));
      for (let at = 0; at < size; at += 1) {
        const other = Buffer.from(bytes);
        other[at] = 0x62;
        hashes.add(rowHash(other));
      }
    }
    expect(hashes.size).toBe(64 + (63 * 64) / 2);
  });
});
