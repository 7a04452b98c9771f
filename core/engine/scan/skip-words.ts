/**
 * Source of a loop that goes on by four bytes as long as none of them is one that matters: `p` stands at most three bytes before
 * the first such byte then, or on it. A loop over single bytes does the rest. It never passes one; it may stop early.
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

/** Uses the scanner's `c` and `p`. */
export function skipWords({ stops, below, high = false }: SkippedBytes): string {
  // A byte that equals the stop is zero in the difference; of a zero byte the borrow reaches the high bit.
  const zeros = stops.map((stop) => `(((c ^ ${Math.imul(stop, ONES)}) - ${ONES}) & ~(c ^ ${Math.imul(stop, ONES)}))`);
  const smaller = `((c - ${Math.imul(below, ONES)}) & ~c)`;
  const flags = [...zeros, smaller, ...(high ? ['c'] : [])].join(' | ');
  const next = 'c = view.getInt32(p, true)';
  return `for (${next}; ((${flags}) & ${HIGH_BITS}) === 0; ${next}) p += 4;`;
}
