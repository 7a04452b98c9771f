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
    this.word(to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) this.word(view.getInt32(at, true));
    if (at < to) this.word(view.getInt32(at, true) << (32 - 8 * (to - at)));
  }

  /** Writes the digest; its last word is never zero. */
  finish(target: Int32Array, at: number): void {
    const { state } = this;
    this.word(this.words << 26);
    state[2] = (state[2] as number) ^ 0xee;
    state[6] = (state[6] as number) ^ 0xee;
    this.rounds(4);
    target[at] = (state[1] as number) ^ (state[3] as number);
    target[at + 2] = (state[5] as number) ^ (state[7] as number);
    state[1] = (state[1] as number) ^ 0xdd;
    state[5] = (state[5] as number) ^ 0xdd;
    this.rounds(4);
    target[at + 1] = state[1] ^ (state[3] as number);
    target[at + 3] = (state[5] ^ (state[7] as number)) | 1;
  }

  private word(m: number): void {
    const { state } = this;
    state[3] = (state[3] as number) ^ m;
    state[7] = (state[7] as number) ^ m;
    this.rounds(2);
    state[0] = (state[0] as number) ^ m;
    state[4] = (state[4] as number) ^ m;
    this.words += 1;
  }

  private rounds(count: number): void {
    halfRounds(this.state, 0, count);
    halfRounds(this.state, 4, count);
  }
}

function halfRounds(state: Int32Array, at: number, count: number): void {
  let v0 = state[at] as number;
  let v1 = state[at + 1] as number;
  let v2 = state[at + 2] as number;
  let v3 = state[at + 3] as number;
  for (let round = 0; round < count; round += 1) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  state[at] = v0;
  state[at + 1] = v1;
  state[at + 2] = v2;
  state[at + 3] = v3;
}
