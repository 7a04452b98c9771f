/**
 * A message as one line of a file of JSON lines, so that lane 1 judges each message once. A line holds the message's own bytes wherever they are one
 * line. Line ends between the tokens of a JSON text become blanks. What is no JSON text, and would fall into several lines or none, is written as a JSON string of its text (of its
 * base64 where it is no UTF-8): no record, so that it is refused and kept like every other bad message.
 */
import { isUtf8 } from 'node:buffer';

const LF = 10;
const CR = 13;
const BLANK = 32;
const TAB = 9;
const MARK = [0xef, 0xbb, 0xbf] as const;

/** Without the line end. null is a tombstone. */
export function messageLine(value: Uint8Array | null): Buffer {
  if (value === null) return Buffer.from('null');
  const bytes = withoutMark(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  if (!bytes.includes(LF) && !bytes.includes(CR)) return isBlank(bytes) ? asString(bytes) : Buffer.from(bytes);
  if (!isJson(bytes)) return asString(bytes);
  const line = Buffer.from(bytes);
  for (let index = 0; index < line.length; index += 1) if (line[index] === LF || line[index] === CR) line[index] = BLANK;
  return line;
}

function withoutMark(bytes: Buffer): Buffer {
  return MARK.every((byte, index) => bytes[index] === byte) ? bytes.subarray(MARK.length) : bytes;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === BLANK || byte === TAB);
}

function isJson(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false;
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function asString(bytes: Buffer): Buffer {
  return Buffer.from(JSON.stringify(isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('base64')));
}
