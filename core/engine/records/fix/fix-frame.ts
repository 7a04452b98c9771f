/**
 * Where a FIX message ends. Its BodyLength (9) says so: CheckSum (10) stands right behind as many bytes. Where it does not,
 * the message is no whole one, and ends at the first of these: a CheckSum field, the end of the line, the beginning of
 * another message (BeginString and BodyLength), the end of the file. The rule looks at bytes only, so it is the same wherever chunks end.
 */
import type { RecordFault } from '../../values/raw-cells.ts';
import type { ByteWindow } from '../record-reader.ts';

export const SOH = 0x01;
export const PIPE = 0x7c;
const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
const NINE = 0x39;
const EIGHT = 0x38;
const BEGIN = Buffer.from('8=');
const LENGTH = Buffer.from('9=');
const BEGIN_FIX = Buffer.from('8=FIX');
const CHECKSUM = Buffer.from('10=');
const CHECKSUM_BYTES = 6;
/** `FIX.4.4` and the like. */
const MAX_BEGIN_STRING = 32;
const MAX_LENGTH_DIGITS = 9;

/** The separator of a file, null before its first message shows it. */
export type Separator = number | null;

export type Frame =
  /** The window does not show the end; `scanned` is the first index that a later look must begin with. */
  | { readonly kind: 'more'; readonly scanned: number }
  /** `bodyEnd` is the index of CheckSum. */
  | { readonly kind: 'message'; readonly bodyEnd: number; readonly end: number }
  | { readonly kind: 'broken'; readonly end: number; readonly fault: RecordFault };

interface Header {
  readonly bodyStart: number;
  readonly bodyLength: number;
}

export function isSeparator(byte: number | undefined, separator: Separator): boolean {
  return separator === null ? byte === SOH || byte === PIPE : byte === separator;
}

/** A BodyLength that is known to be a lie: nothing is that short. */
export const DISTRUST = -1;

/** The message's frame from `from` on; `maxBytes` bounds what BodyLength may ask for, DISTRUST does not ask it. */
export function frameOf(window: ByteWindow, from: number, separator: Separator, maxBytes: number): Frame {
  const { bytes, final } = window;
  const header = headerOf(window, from, separator);
  if (header === 'more') {
    return { kind: 'more', scanned: from };
  }
  if ('bodyStart' in header && header.bodyLength <= maxBytes) {
    const bodyEnd = header.bodyStart + header.bodyLength;
    if (!final && bytes.length < bodyEnd + CHECKSUM_BYTES + 1) {
      return { kind: 'more', scanned: from };
    }
    const end = isSeparator(bytes[bodyEnd - 1], separator) ? endOfChecksum(window, bodyEnd, separator) : null;
    if (typeof end === 'number') {
      return { kind: 'message', bodyEnd, end };
    }
  }
  return brokenFrame(window, from, separator, 'bodyStart' in header ? header : header.fault);
}

export interface BrokenEnd {
  /** The end, or where it is not shown the first index that a later look must begin with. */
  readonly at: number;
  readonly found: boolean;
  readonly checksumAt: number | null;
}

/** The end of a message that is not whole, looked for from `from` on, where `begins` says that it begins there. */
export function brokenEnd(window: ByteWindow, from: number, separator: Separator, begins: boolean): BrokenEnd {
  const { bytes, final } = window;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === LF || byte === CR) {
      return { at, found: true, checksumAt: null };
    }
    const other = byte === EIGHT && (at > from || !begins) && messageBegins(window, at, separator);
    const end = isSeparator(byte, separator) ? endOfChecksum(window, at + 1, separator) : null;
    if (other === 'more' || end === 'more') {
      return { at, found: false, checksumAt: null };
    }
    if (other || end !== null) {
      return { at: end ?? at, found: true, checksumAt: end === null ? null : at + 1 };
    }
  }
  return { at: bytes.length, found: final, checksumAt: null };
}

/** The separator as a message shows it between BeginString and BodyLength; null where there is none at `from`. */
export function shownSeparator(window: ByteWindow, from: number): Separator {
  if (messageBegins(window, from, null) !== true) {
    return null;
  }
  return window.bytes.subarray(from).find((byte) => isSeparator(byte, null)) ?? null;
}

/** BeginString with BodyLength behind it, which no message has in its midst: another one whatever stands before. */
function messageBegins(window: ByteWindow, from: number, separator: Separator): boolean | 'more' {
  const { bytes, final } = window;
  const begins = startsAt(window, from, BEGIN_FIX);
  if (begins !== true) {
    return begins;
  }
  let at = from + BEGIN_FIX.length;
  const longest = from + BEGIN.length + MAX_BEGIN_STRING;
  while (at < longest && at < bytes.length && !isSeparator(bytes[at], separator) && bytes[at] !== LF && bytes[at] !== CR) {
    at += 1;
  }
  if (at >= bytes.length) {
    return final ? false : 'more';
  }
  return isSeparator(bytes[at], separator) && startsAt(window, at + 1, LENGTH);
}

function brokenFrame(window: ByteWindow, from: number, separator: Separator, header: Header | RecordFault): Frame {
  const { at, found, checksumAt } = brokenEnd(window, from, separator, true);
  if (!found) {
    return { kind: 'more', scanned: at };
  }
  if (!('bodyStart' in header)) {
    return { kind: 'broken', end: at, fault: header };
  }
  return { kind: 'broken', end: at, fault: lengthFault(header, checksumAt) };
}

/** BeginString and BodyLength, or what is wrong with them. */
function headerOf(window: ByteWindow, from: number, separator: Separator): Header | 'more' | { readonly fault: RecordFault } {
  const { bytes, final } = window;
  const begins = startsAt(window, from, BEGIN_FIX);
  if (begins === 'more') {
    return 'more';
  }
  if (!begins) {
    return { fault: syntaxFault('BeginString (8) first', 'The message does not begin with BeginString (8).') };
  }
  let at = from + BEGIN.length;
  const longest = at + MAX_BEGIN_STRING;
  while (at < longest && at < bytes.length && !isSeparator(bytes[at], separator) && bytes[at] !== LF && bytes[at] !== CR) {
    at += 1;
  }
  if (at >= bytes.length && at < longest) {
    return final ? { fault: noLengthFault() } : 'more';
  }
  if (!isSeparator(bytes[at], separator)) {
    return { fault: noLengthFault() };
  }
  return lengthOf(window, at + 1, separator);
}

function lengthOf({ bytes, final }: ByteWindow, from: number, separator: Separator): Header | 'more' | { readonly fault: RecordFault } {
  const start = from + 2;
  let at = start;
  let bodyLength = 0;
  while (at - start < MAX_LENGTH_DIGITS && isDigit(bytes[at])) {
    bodyLength = bodyLength * 10 + ((bytes[at] as number) - 0x30);
    at += 1;
  }
  const isField = (from >= bytes.length || bytes[from] === NINE) && (from + 1 >= bytes.length || bytes[from + 1] === EQUALS);
  if (isField && at >= bytes.length) {
    return final ? { fault: noLengthFault() } : 'more';
  }
  return isField && at > start && isSeparator(bytes[at], separator) ? { bodyStart: at + 1, bodyLength } : { fault: noLengthFault() };
}

/** The index behind a CheckSum field at `at`; null where there is none. */
function endOfChecksum(window: ByteWindow, at: number, separator: Separator): number | null | 'more' {
  const { bytes, final } = window;
  const starts = startsAt(window, at, CHECKSUM);
  if (starts !== true) {
    return starts === 'more' ? 'more' : null;
  }
  for (let digit = at + CHECKSUM.length; digit < at + CHECKSUM_BYTES; digit += 1) {
    if (digit >= bytes.length) {
      return final ? null : 'more';
    }
    if (!isDigit(bytes[digit])) {
      return null;
    }
  }
  const behind = at + CHECKSUM_BYTES;
  if (behind >= bytes.length) {
    return final ? behind : 'more';
  }
  if (isSeparator(bytes[behind], separator)) {
    return behind + 1;
  }
  return bytes[behind] === LF || bytes[behind] === CR ? behind : null;
}

function startsAt({ bytes, final }: ByteWindow, at: number, text: Buffer): boolean | 'more' {
  for (let index = 0; index < text.length; index += 1) {
    if (at + index >= bytes.length) {
      return final ? false : 'more';
    }
    if (bytes[at + index] !== text[index]) {
      return false;
    }
  }
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function noLengthFault(): RecordFault {
  return syntaxFault('BodyLength (9) second', 'BeginString (8) is not followed by BodyLength (9), which is digits.');
}

function lengthFault({ bodyStart, bodyLength }: Header, checksumAt: number | null): RecordFault {
  if (checksumAt === null) {
    return syntaxFault('CheckSum (10) last', `The message has no CheckSum (10) ${bodyLength} bytes behind BodyLength (9), nor elsewhere.`);
  }
  const expected = String(checksumAt - bodyStart);
  const message = `BodyLength (9) says ${bodyLength}, the body has ${expected} bytes.`;
  return { code: 'RECORD_UNPARSABLE', column: null, found: String(bodyLength), expected, message };
}

export function syntaxFault(expected: string, message: string): RecordFault {
  return { code: 'RECORD_UNPARSABLE', column: null, found: null, expected, message };
}
