/**
 * Source of a loop that goes on by four bytes as long as none of them is one that matters, and then to the first such byte: `p` stands
 * on it, without a question for each byte before it, whose answers processors guess wrong.
 */
export interface SkippedBytes {
  /** Bytes that matter; each below 128. */
  readonly stops: readonly number[];
  /** So do all below this one; at most 128. Line ends are below 14. */
  readonly below: number;
  /** So do all from 128 on. */
  readonly high?: boolean;
}

const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/** Uses the scanner's `c`, `x` and `p`. */
export function skipWords({ stops, below, high = false }: SkippedBytes): string {
  // A byte that equals the stop is zero in the difference; of a zero byte the borrow reaches the high bit. What a borrow makes of the
  // bytes behind it does not matter: the first one that is marked is one that matters. Where high bytes matter, theirs need not be taken away.
  const differences = stops.map((stop) => `(c ^ ${Math.imul(stop, ONES)})`);
  const zeros = differences.map((difference) => (high ? `(${difference} - ${ONES})` : `((${difference} - ${ONES}) & ~${difference})`));
  const smaller = high ? `(c - ${Math.imul(below, ONES)})` : `((c - ${Math.imul(below, ONES)}) & ~c)`;
  const flags = [...zeros, smaller, ...(high ? ['c'] : [])].join(' | ');
  const next = 'c = view.getInt32(p, true)';
  return `for (${next}; (x = (${flags}) & ${HIGH_BITS | 0}) === 0; ${next}) p += 4; p += (31 - Math.clz32(x & -x)) >> 3;`;
}
