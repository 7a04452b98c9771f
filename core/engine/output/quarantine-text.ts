/**
 * A refused record as JSON, written as bytes: the text that JSON.stringify() gives of it, without the objects and strings in between. A
 * file of many bad rows spends its time here.
 */
import type { ByteBuffer } from '../bytes/byte-buffer.ts';
import type { Finding } from '../report.ts';
import type { RecordSpan } from './file-output.ts';
import { findingsOf, quarantineTail, type QuarantineOrigin } from './quarantine-record.ts';

/** In UTF-8 a character of a string takes no more bytes. */
const CHARACTER_BYTES = 3;

/** What stands before the record's number. */
export function quarantineHead({ load_id, file }: Pick<QuarantineOrigin, 'load_id' | 'file'>): string {
  return `{"load_id":${JSON.stringify(load_id)},"file":${JSON.stringify(file)},"record":`;
}

/** What stands behind the record's numbers, from the comma on; gives how many bytes were added. */
export function writeQuarantineTail(
  buffer: ByteBuffer,
  origin: QuarantineOrigin,
  span: RecordSpan,
  raw: Uint8Array,
  findings: readonly Finding[],
): number {
  const start = buffer.length;
  writeText(buffer, `,"byte_offset":${span.byteOffset},"byte_length":${span.byteLength},"raw":"`);
  if (writePlain(buffer, raw)) {
    writeText(buffer, `","findings":${JSON.stringify(findingsOf(findings))},"at":${JSON.stringify(origin.at)}}`);
  } else {
    buffer.length = start;
    writeText(buffer, `,${JSON.stringify(quarantineTail(origin, span, raw, findings)).slice(1)}`);
  }
  return buffer.length - start;
}

function writeText(buffer: ByteBuffer, text: string): void {
  const at = buffer.claim(text.length * CHARACTER_BYTES);
  buffer.length = at + buffer.bytes.write(text, at, 'utf8');
}

/** Bytes that stand in a JSON text as they are, printable ASCII; false, and nothing counts as written, where there are others. */
function writePlain(buffer: ByteBuffer, raw: Uint8Array): boolean {
  const at = buffer.claim(raw.length);
  const { bytes } = buffer;
  for (let index = 0; index < raw.length; index += 1) {
    const byte = raw[index] as number;
    if (byte < SPACE || byte > TILDE || byte === QUOTE || byte === BACKSLASH) return false;
    bytes[at + index] = byte;
  }
  return true;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
