/** Tells the trailer, which is the last record of its file, from the others. */
import { findLineEnd, lineEndAt } from '../../bytes/line-end.ts';
import type { ByteWindow } from '../record-reader.ts';

/** `from` is the index behind the record's line end. Unknown where the window does not show whether a record follows. */
export function roleOfRecord(window: ByteWindow, from: number, comment: Buffer | null): 'record' | 'trailer' | 'unknown' {
  const { bytes, final } = window;
  let index = from;
  while (index < bytes.length) {
    const blank = lineEndAt(bytes, index, final);
    if (blank !== undefined) {
      index = blank.next;
      continue;
    }
    if (comment?.equals(bytes.subarray(index, index + comment.length)) !== true) {
      const mayBeComment = comment !== null && !final && bytes.length - index < comment.length;
      return bytes[index] === 13 || mayBeComment ? 'unknown' : 'record';
    }
    const end = findLineEnd(bytes, index, bytes.length, final);
    if (end === undefined) {
      return 'unknown';
    }
    index = end.next;
  }
  return final ? 'trailer' : 'unknown';
}
