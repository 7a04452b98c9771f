/**
 * _row_hash: MurmurHash3_x86_128 with seed 0 over the raw bytes of the record, its first 8 bytes read as a signed
 * little-endian number (what Python's mmh3.hash64(raw, x64arch=False)[0] gives). Needs 32-bit arithmetic only, which is why
 * it is fast here. For finding equal records, not for security.
 * Source: Austin Appleby, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const halves = new Int32Array(4);
const wide = new BigInt64Array(halves.buffer);

/** The 64-bit hash of `bytes` as a signed number. */
export function rowHash(bytes: Uint8Array): bigint {
  murmur3(bytes, 0);
  return wide[0] ?? 0n;
}

/** All 128 bits as four 32-bit words, in the order of the digest. The answer is overwritten by the next call. */
export function murmur3(bytes: Uint8Array, seed: number): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  murmur3Of(view, 0, bytes.length, seed, halves, 0);
  return halves;
}

/** The hash of the bytes [from, to) of a view, its low and high word written to `words` at `at` and behind it. */
export function rowHashInto(view: DataView, from: number, to: number, words: Int32Array, at: number): void {
  murmur3Of(view, from, to, 0, halves, 0);
  words[at] = halves[0] as number;
  words[at + 1] = halves[1] as number;
}

function murmur3Of(view: DataView, from: number, to: number, seed: number, target: Int32Array, at: number): void {
  const length = to - from;
  const blocks = from + (length & ~15);
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let index = from; index < blocks; index += 16) {
    h1 ^= Math.imul(rotate(Math.imul(view.getInt32(index, true), C1), 15), C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(view.getInt32(index + 4, true), C2), 16), C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(view.getInt32(index + 8, true), C3), 17), C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(view.getInt32(index + 12, true), C4), 18), C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // The last block is padded with zeros, which leave a state as it is.
  h1 ^= Math.imul(rotate(Math.imul(tail(view, blocks, to), C1), 15), C2);
  h2 ^= Math.imul(rotate(Math.imul(tail(view, blocks + 4, to), C2), 16), C3);
  h3 ^= Math.imul(rotate(Math.imul(tail(view, blocks + 8, to), C3), 17), C4);
  h4 ^= Math.imul(rotate(Math.imul(tail(view, blocks + 12, to), C4), 18), C1);
  finish(h1 ^ length, h2 ^ length, h3 ^ length, h4 ^ length, target, at);
}

function finish(h1: number, h2: number, h3: number, h4: number, target: Int32Array, at: number): void {
  let a = (h1 + h2 + h3 + h4) | 0;
  let b = mix((h2 + a) | 0);
  let c = mix((h3 + a) | 0);
  let d = mix((h4 + a) | 0);
  a = mix(a);
  a = (a + b + c + d) | 0;
  b = (b + a) | 0;
  c = (c + a) | 0;
  d = (d + a) | 0;
  target[at] = a;
  target[at + 1] = b;
  target[at + 2] = c;
  target[at + 3] = d;
}

function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The word at `at`, of which only the bytes before `to` count. */
function tail(view: DataView, at: number, to: number): number {
  const left = to - at;
  if (left >= 4) return view.getInt32(at, true);
  let word = 0;
  for (let index = 0; index < left; index += 1) word |= view.getUint8(at + index) << (8 * index);
  return word;
}
