/** The smallest and the largest of the texts in a dictionary, by their bytes. */
import type { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { MinMax } from './page-writer.ts';

/** Longer values have no statistics: they would only make the footer large. */
const MAX_STATISTIC_BYTES = 256;

/** Of the entries that are used, each behind its length of four bytes at its start; null without one, and where a border is long. */
export function textBorders({ bytes, view }: ByteBuffer, starts: readonly number[], used: Uint8Array): MinMax | null {
  let min = -1;
  let max = -1;
  for (let entry = 0; entry < used.length; entry += 1) {
    if (used[entry] === 0) continue;
    const at = starts[entry] as number;
    if (min < 0) min = max = at;
    else if (compareEntries(view, at, min) < 0) min = at;
    else if (compareEntries(view, at, max) > 0) max = at;
  }
  if (min < 0) return null;
  const [minLength, maxLength] = [view.getUint32(min, true), view.getUint32(max, true)];
  if (minLength > MAX_STATISTIC_BYTES || maxLength > MAX_STATISTIC_BYTES) return null;
  return {
    min: Uint8Array.from(bytes.subarray(min + 4, min + 4 + minLength)),
    max: Uint8Array.from(bytes.subarray(max + 4, max + 4 + maxLength)),
  };
}

/** Below zero where the entry at `left` comes first. Four bytes at a time, and nothing is made: there are tens of thousands in a row group. */
function compareEntries(view: DataView, left: number, right: number): number {
  const leftLength = view.getUint32(left, true);
  const rightLength = view.getUint32(right, true);
  const shared = Math.min(leftLength, rightLength);
  let at = 4;
  for (; at < shared; at += 4) {
    const difference = view.getUint32(left + at) - view.getUint32(right + at);
    if (difference !== 0) return difference;
  }
  for (; at < shared + 4; at += 1) {
    const difference = view.getUint8(left + at) - view.getUint8(right + at);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
