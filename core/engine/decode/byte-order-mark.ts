/** The mark at the beginning of a text file, and what it says about UTF-16. */
import type { Encoding } from './charset.ts';

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16LE_MARK = Buffer.from([0xff, 0xfe]);
const UTF16BE_MARK = Buffer.from([0xfe, 0xff]);

export type ByteOrder = 'le' | 'be';

export interface MarkReading {
  readonly markBytes: number;
  /** null for encodings of single bytes. */
  readonly byteOrder: ByteOrder | null;
  /** What is wrong, in words; null when nothing is. */
  readonly fault: string | null;
}

/** Bytes of the file that readMark() wants to see, if the file has as many. */
export const MARK_BYTES = 3;

export function readMark(start: Buffer, encoding: Encoding): MarkReading {
  const begins = (mark: Buffer): boolean => start.subarray(0, mark.length).equals(mark);
  switch (encoding) {
    case 'utf-8':
      return { markBytes: begins(UTF8_MARK) ? UTF8_MARK.length : 0, byteOrder: null, fault: null };
    case 'latin-1':
    case 'windows-1252':
      return { markBytes: 0, byteOrder: null, fault: null };
    case 'utf-16':
      return begins(UTF16LE_MARK)
        ? { markBytes: 2, byteOrder: 'le', fault: null }
        : begins(UTF16BE_MARK)
          ? { markBytes: 2, byteOrder: 'be', fault: null }
          : { markBytes: 0, byteOrder: 'le', fault: 'A file in utf-16 begins with a byte order mark; this one does not.' };
    case 'utf-16le':
      return { markBytes: begins(UTF16LE_MARK) ? 2 : 0, byteOrder: 'le', fault: null };
    case 'utf-16be':
      return { markBytes: begins(UTF16BE_MARK) ? 2 : 0, byteOrder: 'be', fault: null };
  }
}
