/**
 * 128 bits of a key: two HalfSipHash-2-4 with 64 bits each, under keys that are drawn at random for every file and that nobody
 * outside the process sees. So nobody can make two different keys collide, as with a cryptographic hash, at a fifth of its cost.
 * Source: Jean-Philippe Aumasson, Daniel J. Bernstein, https://github.com/veorq/SipHash/blob/master/halfsiphash.c
 */

/** Words of the seed: a key of 64 bits for each half. */
export const SEED_WORDS = 4;
export const DIGEST_WORDS = 4;

export class KeyHasher {
  private readonly seed: Int32Array;
  /** v0 to v3 of the first half, then of the second. */
  private readonly state = new Int32Array(8);
  private words = 0;

  constructor(seed: Int32Array) {
    this.seed = seed;
  }

  start(): void {
    const { seed, state } = this;
    for (let half = 0; half < 2; half += 1) {
      const k0 = seed[half * 2] as number;
      const k1 = seed[half * 2 + 1] as number;
      const at = half * 4;
      state[at] = k0;
      // The initial state for an output of 64 bits.
      state[at + 1] = k1 ^ 0xee;
      state[at + 2] = 0x6c796765 ^ k0;
      state[at + 3] = 0x74656462 ^ k1;
    }
    this.words = 0;
  }

  /** The bytes [from, to) behind their length, so that ('a', 'bc') and ('ab', 'c') differ. At least three bytes of the view are behind `to`. */
  add(view: DataView, from: number, to: number): void {
    const length = to - from;
    const count = (length + 3) >>> 2;
    const tail = length & 3;
    const { state } = this;
    this.words += count + 1;
    absorb(state, length);
    const whole = tail === 0 ? count : count - 1;
    for (let word = 0; word < whole; word += 1) absorb(state, view.getInt32(from + word * 4, true));
    if (tail !== 0) absorb(state, view.getInt32(from + whole * 4, true) << (32 - 8 * tail));
  }

  /** Writes the digest; its last word is never zero. */
  finish(target: Int32Array, at: number): void {
    const { state } = this;
    absorb(state, this.words << 26);
    state[2] = (state[2] as number) ^ 0xee;
    state[6] = (state[6] as number) ^ 0xee;
    rounds(state, 4);
    target[at] = (state[1] as number) ^ (state[3] as number);
    target[at + 2] = (state[5] as number) ^ (state[7] as number);
    state[1] = (state[1] as number) ^ 0xdd;
    state[5] = (state[5] as number) ^ 0xdd;
    rounds(state, 4);
    target[at + 1] = state[1] ^ (state[3] as number);
    target[at + 3] = (state[5] ^ (state[7] as number)) | 1;
  }
}

/** One word into both halves. */
function absorb(state: Int32Array, m: number): void {
  state[3] = (state[3] as number) ^ m;
  state[7] = (state[7] as number) ^ m;
  rounds(state, 2);
  state[0] = (state[0] as number) ^ m;
  state[4] = (state[4] as number) ^ m;
}

/** The halves take turns, so that none waits for itself. */
function rounds(state: Int32Array, count: number): void {
  let a0 = state[0] as number;
  let a1 = state[1] as number;
  let a2 = state[2] as number;
  let a3 = state[3] as number;
  let b0 = state[4] as number;
  let b1 = state[5] as number;
  let b2 = state[6] as number;
  let b3 = state[7] as number;
  for (let round = 0; round < count; round += 1) {
    a0 = (a0 + a1) | 0;
    b0 = (b0 + b1) | 0;
    a1 = ((a1 << 5) | (a1 >>> 27)) ^ a0;
    b1 = ((b1 << 5) | (b1 >>> 27)) ^ b0;
    a0 = (a0 << 16) | (a0 >>> 16);
    b0 = (b0 << 16) | (b0 >>> 16);
    a2 = (a2 + a3) | 0;
    b2 = (b2 + b3) | 0;
    a3 = ((a3 << 8) | (a3 >>> 24)) ^ a2;
    b3 = ((b3 << 8) | (b3 >>> 24)) ^ b2;
    a0 = (a0 + a3) | 0;
    b0 = (b0 + b3) | 0;
    a3 = ((a3 << 7) | (a3 >>> 25)) ^ a0;
    b3 = ((b3 << 7) | (b3 >>> 25)) ^ b0;
    a2 = (a2 + a1) | 0;
    b2 = (b2 + b1) | 0;
    a1 = ((a1 << 13) | (a1 >>> 19)) ^ a2;
    b1 = ((b1 << 13) | (b1 >>> 19)) ^ b2;
    a2 = (a2 << 16) | (a2 >>> 16);
    b2 = (b2 << 16) | (b2 >>> 16);
  }
  state[0] = a0;
  state[1] = a1;
  state[2] = a2;
  state[3] = a3;
  state[4] = b0;
  state[5] = b1;
  state[6] = b2;
  state[7] = b3;
}
