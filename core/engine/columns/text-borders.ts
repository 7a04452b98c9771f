/** The smallest and the largest of the texts in a dictionary, by their bytes. */
import type { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { MinMax } from './page-writer.ts';

/** Longer values have no statistics: they would only make the footer large. */
const MAX_STATISTIC_BYTES = 256;

/** Of the entries that are used, each behind its length of four bytes at its start; null without one, and where a border is long. */
export function textBorders({ bytes, view }: ByteBuffer, starts: readonly number[], used: Uint8Array): MinMax | null {
  let min: Buffer | null = null;
  let max: Buffer | null = null;
  let minStart = 0;
  let maxStart = 0;
  for (let entry = 0; entry < used.length; entry += 1) {
    if (used[entry] === 0) continue;
    const at = starts[entry] as number;
    const length = view.getUint32(at, true);
    // Most texts lie between the borders by their first four bytes.
    const start = length < 4 ? 0 : view.getUint32(at + 4);
    if (length >= 4 && start > minStart && start < maxStart) continue;
    const text = bytes.subarray(at + 4, at + 4 + length);
    if (min === null || text.compare(min) < 0) {
      min = text;
      minStart = firstBytes(text);
    }
    if (max === null || text.compare(max) > 0) {
      max = text;
      maxStart = firstBytes(text);
    }
  }
  if (min === null || max === null || min.length > MAX_STATISTIC_BYTES || max.length > MAX_STATISTIC_BYTES) return null;
  return { min: Uint8Array.from(min), max: Uint8Array.from(max) };
}

/** As a number, zeros where there are fewer than four. */
function firstBytes(text: Buffer): number {
  return text.length >= 4 ? text.readUInt32BE(0) : Buffer.concat([text, Buffer.alloc(4)]).readUInt32BE(0);
}
