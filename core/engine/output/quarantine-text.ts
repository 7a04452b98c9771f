/**
 * A refused record as JSON, written as bytes: the text that JSON.stringify() gives of it, without the objects and strings in between. A
 * file of many bad rows spends its time here.
 */
import { isUtf8 } from 'node:buffer';
import type { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { Finding } from '../report.ts';
import type { RecordSpan } from './file-output.ts';
import type { QuarantineOrigin } from './quarantine-record.ts';

/** In UTF-8 a character of a string takes no more bytes. */
const CHARACTER_BYTES = 3;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LAST_ASCII = 0x7f;
/** How each character stands in a JSON text, by its code; only those that are below the blank, quotes and backslashes are asked for. */
const ESCAPES: readonly string[] = Array.from({ length: BACKSLASH + 1 }, (_, code) =>
  JSON.stringify(String.fromCharCode(code)).slice(1, -1),
);
/** Ends the name of a member of text that begins: so much is taken back where the name must be longer. */
const MEMBER_END = '":"';
/** Stands in a JSON text as it is. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** What stands before the record's number. */
export function quarantineHead({ load_id, file }: Pick<QuarantineOrigin, 'load_id' | 'file'>): string {
  return `{"load_id":${JSON.stringify(load_id)},"file":${JSON.stringify(file)},"record":`;
}

/** What stands behind the record's numbers, from the comma on (quarantineTail()); gives how many bytes were added. */
export function writeQuarantineTail(
  buffer: ByteBuffer,
  { at }: QuarantineOrigin,
  { byteOffset, byteLength }: RecordSpan,
  raw: Uint8Array,
  findings: readonly Finding[],
): number {
  const start = buffer.length;
  writeText(buffer, `,"byte_offset":${byteOffset},"byte_length":${byteLength},"raw":"`);
  if (!writeEscaped(buffer, raw)) {
    buffer.length -= MEMBER_END.length;
    writeText(buffer, `_base64":"${Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64')}`);
  }
  writeText(buffer, `","findings":[${findings.map(findingText).join(',')}],"at":${textOf(at)}}`);
  return buffer.length - start;
}

function findingText({ code, column, rule, found, expected, message }: Finding): string {
  const faults = `"found":${textOf(found)},"expected":${textOf(expected)},"message":${textOf(message)}`;
  return `{"code":${textOf(code)},"column":${textOf(column)},"rule":${textOf(rule)},${faults}}`;
}

function textOf(text: string | null): string {
  if (text === null) return 'null';
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text);
}

function writeText(buffer: ByteBuffer, text: string): void {
  const at = buffer.claim(text.length * CHARACTER_BYTES);
  buffer.length = at + buffer.bytes.write(text, at, 'utf8');
}

/** Bytes of UTF-8 as they stand in a JSON text; false, and nothing is written, where they are something else. */
function writeEscaped(buffer: ByteBuffer, raw: Uint8Array): boolean {
  const count = raw.length;
  const start = buffer.claim(count);
  let { bytes } = buffer;
  let at = start;
  let highest = 0;
  for (let index = 0; index < count; index += 1) {
    const byte = raw[index] as number;
    if (byte > highest) highest = byte;
    if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) {
      bytes[at] = byte;
      at += 1;
      continue;
    }
    const escape = ESCAPES[byte] as string;
    buffer.claim(escape.length - 1);
    bytes = buffer.bytes;
    for (let place = 0; place < escape.length; place += 1) bytes[at + place] = escape.charCodeAt(place);
    at += escape.length;
  }
  if (highest <= LAST_ASCII || isUtf8(raw)) return true;
  buffer.length = start;
  return false;
}
