/** Physical lines of a CSV file, and those that are too long to be kept. */
import { findLineEnd, lineEndAt, type LineEnd } from '../../bytes/line-end.ts';
import type { ByteWindow } from '../record-reader.ts';

export type LineKind = 'skipped_row' | 'blank_line' | 'comment';

/** A physical line longer than maxRecordBytes, passed over without being kept. */
export interface LongLine {
  readonly kind: LineKind | 'record';
  readonly byteOffset: number;
  /** The first maxRecordBytes of a record. */
  readonly raw: Buffer;
}

/** The end of the line that stands at `position`; 'more' where the window does not show it. */
export function lineEndWithin(window: ByteWindow, position: number, maxBytes: number): LineEnd | 'more' | 'too_long' {
  const { bytes, final } = window;
  const longest = position + maxBytes;
  const end = findLineEnd(bytes, position, Math.min(bytes.length, longest), final);
  if (end !== undefined) {
    return end;
  }
  return longest < bytes.length && bytes[longest] !== 13 ? 'too_long' : 'more';
}

/** The end of the first physical line of what is no record: `inner` is the first line end within its quotes, -1 without. */
export function firstLineOf(inner: number, window: ByteWindow, position: number, maxBytes: number): LineEnd | 'more' | 'too_long' {
  return inner >= 0 ? (lineEndAt(window.bytes, inner, window.final) ?? 'more') : lineEndWithin(window, position, maxBytes);
}
