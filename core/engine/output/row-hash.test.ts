import { describe, expect, it } from 'vitest';
import { rowHash } from './row-hash.ts';

describe('rowHash', () => {
  // By the package xxhash 3.5.0 for Python, as the documentation says.
  it.each([
    ['', 805220271132531973n],
    ['a', -786880411412368298n],
    ['abc', -6179597299659746305n],
    ['0123456789abcdef', -927774715772904599n],
    ['Nobody inspects the spammish repetition', 6000037061101959983n],
  ])('is XXH32 with two seeds: %j', (text, hash) => {
    expect(rowHash(Buffer.from(text))).toBe(hash);
  });

  it('is XXH32 with two seeds: every byte once', () => {
    expect(rowHash(Uint8Array.from({ length: 256 }, (_, index) => index))).toBe(4597426084257206867n);
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
