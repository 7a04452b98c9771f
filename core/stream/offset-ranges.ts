/**
 * Sets of offsets of one partition as sorted runs [first, last], both ends belonging to it. Runs are never empty, never touch and never overlap, so
 * that a set has one form only. Offsets are Kafka's: 0 to 2^63 - 1.
 */
import { MarketsError } from '../errors/markets-error.ts';

export type OffsetRange = readonly [first: bigint, last: bigint];
export type OffsetRanges = readonly OffsetRange[];

/** Runs that one set may hold. A record of what was read is closed well before; more than this is no record of ours. */
export const RANGES_MAX = 100_000;
const CHECKSUM_MODULUS = 2n ** 63n;
const OFFSET_MAX = CHECKSUM_MODULUS - 1n;
const OFFSET_TEXT = /^(0|[1-9][0-9]{0,18})$/;

/** A set that grows. Adding in ascending order costs constant time. */
export class OffsetSet {
  private readonly runs: [first: bigint, last: bigint][] = [];

  get isEmpty(): boolean {
    return this.runs.length === 0;
  }

  /** Number of runs: what it costs to keep and to write. */
  get size(): number {
    return this.runs.length;
  }

  /** Nothing happens where the offset is there already. */
  add(offset: bigint): void {
    const last = this.runs.at(-1);
    if (last === undefined || offset > last[1] + 1n) {
      this.runs.push([offset, offset]);
    } else if (offset === last[1] + 1n) {
      last[1] = offset;
    } else if (offset < last[0]) {
      this.insert(offset);
    }
  }

  ranges(): OffsetRanges {
    return this.runs.map(([first, last]): OffsetRange => [first, last]);
  }

  clear(): void {
    this.runs.length = 0;
  }

  private insert(offset: bigint): void {
    const merged = unionRanges(this.runs, [[offset, offset]]);
    this.runs.splice(0, this.runs.length, ...merged.map(([first, last]): [bigint, bigint] => [first, last]));
  }
}

/** Offsets that are in one of the sets. The parts need not be sorted. */
export function unionRanges(...sets: readonly OffsetRanges[]): OffsetRanges {
  const sorted = sets.flat().toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1n) {
      if (last > before[1]) before[1] = last;
    } else {
      merged.push([first, last]);
    }
  }
  return merged;
}

/** Offsets of `from` that are not in `taken`; both sorted. */
export function subtractRanges(from: OffsetRanges, taken: OffsetRanges): OffsetRanges {
  const left: OffsetRange[] = [];
  let index = 0;
  for (const [first, last] of from) {
    let start = first;
    while (index < taken.length && (taken[index] as OffsetRange)[1] < start) index += 1;
    for (let at = index; at < taken.length && start <= last; at += 1) {
      const [takenFirst, takenLast] = taken[at] as OffsetRange;
      if (takenFirst > last) break;
      if (takenFirst > start) left.push([start, takenFirst - 1n]);
      start = takenLast + 1n;
    }
    if (start <= last) left.push([start, last]);
  }
  return left;
}

/** Offsets that are in both sets; both sorted. */
export function intersectRanges(left: OffsetRanges, right: OffsetRanges): OffsetRanges {
  return subtractRanges(left, subtractRanges(left, right));
}

export function countOffsets(ranges: OffsetRanges): bigint {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
}

/** Sum of the offsets modulo 2^63, as text. */
export function checksumOffsets(ranges: OffsetRanges): string {
  const sum = ranges.reduce((total, [first, last]) => total + ((first + last) * (last - first + 1n)) / 2n, 0n);
  return (sum % CHECKSUM_MODULUS).toString();
}

/** As they stand in JSON: decimal texts, for JSON's numbers end at 2^53. */
export function rangesAsTexts(ranges: OffsetRanges): [first: string, last: string][] {
  return ranges.map(([first, last]) => [first.toString(), last.toString()]);
}

/** STREAM_STATE where they are no set in its one form. */
export function rangesOfTexts(texts: readonly (readonly string[])[]): OffsetRanges {
  if (texts.length > RANGES_MAX) throw noRanges(`${texts.length} runs`);
  let before = -2n;
  return texts.map((pair): OffsetRange => {
    const [first, last] = pair.map(offsetOfText);
    if (first === undefined || last === undefined || pair.length !== 2 || first > last || first <= before + 1n) {
      throw noRanges(JSON.stringify(pair).slice(0, 100));
    }
    before = last;
    return [first, last];
  });
}

function offsetOfText(text: string): bigint {
  const offset = OFFSET_TEXT.test(text) ? BigInt(text) : OFFSET_MAX + 1n;
  if (offset > OFFSET_MAX) throw noRanges(text.slice(0, 100));
  return offset;
}

function noRanges(found: string): MarketsError {
  return new MarketsError('STREAM_STATE', 'What was recorded is no set of offsets.', {
    expected: `at most ${RANGES_MAX} ascending runs [first, last] of decimal texts that do not touch`,
    found,
  });
}
