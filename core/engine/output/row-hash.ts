/**
 * _row_hash: XXH32 of the raw bytes of the record with seed 0 in the low half and with seed 1 in the high half, read as a signed
 * number of 64 bits. In Python: `xxh32_intdigest(raw, 0) | xxh32_intdigest(raw, 1) << 32`. Needs 32-bit arithmetic only, in lanes
 * that do not wait for each other, which is why it is fast here. For finding equal records, not for security.
 * Source: Yann Collet, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
const P1 = 0x9e3779b1 | 0;
const P2 = 0x85ebca77 | 0;
const P3 = 0xc2b2ae3d | 0;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;
const SEED = 1;

const halves = new Int32Array(2);
const wide = new BigInt64Array(halves.buffer);

/** The 64-bit hash of `bytes` as a signed number. */
export function rowHash(bytes: Uint8Array): bigint {
  rowHashInto(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, halves, 0);
  return wide[0] ?? 0n;
}

/** The hash of the bytes [from, to) of a view, its low and high word written to `words` at `at` and behind it. */
export function rowHashInto(view: DataView, from: number, to: number, words: Int32Array, at: number): void {
  const length = to - from;
  let low = P5;
  let high = (SEED + P5) | 0;
  let index = from;
  if (length >= 16) {
    // The lanes of the two seeds take the same input, which is multiplied once for both.
    let a1 = (P1 + P2) | 0;
    let a2 = P2;
    let a3 = 0;
    let a4 = -P1 | 0;
    let b1 = (SEED + P1 + P2) | 0;
    let b2 = (SEED + P2) | 0;
    let b3 = SEED;
    let b4 = (SEED - P1) | 0;
    for (const last = to - 16; index <= last; index += 16) {
      const w1 = Math.imul(view.getInt32(index, true), P2);
      const w2 = Math.imul(view.getInt32(index + 4, true), P2);
      const w3 = Math.imul(view.getInt32(index + 8, true), P2);
      const w4 = Math.imul(view.getInt32(index + 12, true), P2);
      a1 = round(a1, w1);
      a2 = round(a2, w2);
      a3 = round(a3, w3);
      a4 = round(a4, w4);
      b1 = round(b1, w1);
      b2 = round(b2, w2);
      b3 = round(b3, w3);
      b4 = round(b4, w4);
    }
    low = (rotate(a1, 1) + rotate(a2, 7) + rotate(a3, 12) + rotate(a4, 18)) | 0;
    high = (rotate(b1, 1) + rotate(b2, 7) + rotate(b3, 12) + rotate(b4, 18)) | 0;
  }
  low = (low + length) | 0;
  high = (high + length) | 0;
  for (; index + 4 <= to; index += 4) {
    const word = Math.imul(view.getInt32(index, true), P3);
    low = Math.imul(rotate((low + word) | 0, 17), P4);
    high = Math.imul(rotate((high + word) | 0, 17), P4);
  }
  for (; index < to; index += 1) {
    const byte = Math.imul(view.getUint8(index), P5);
    low = Math.imul(rotate((low + byte) | 0, 11), P1);
    high = Math.imul(rotate((high + byte) | 0, 11), P1);
  }
  words[at] = avalanche(low);
  words[at + 1] = avalanche(high);
}

/** `input` is multiplied already. */
function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + input) | 0, 13), P1);
}

function avalanche(value: number): number {
  let h = Math.imul(value ^ (value >>> 15), P2);
  h = Math.imul(h ^ (h >>> 13), P3);
  return h ^ (h >>> 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
