/** A file while it is written: bytes, and the place where the next one stands. */
import type { Source } from '../../../spec/source-spec.ts';
import type { FindingCode } from '../../findings/catalogue.ts';

export type Encoding = Source['encoding'];

/** A record with its place; good ones have no codes. */
export interface TrueRecord {
  readonly record: number;
  readonly line: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly raw: Buffer;
  readonly codes: readonly FindingCode[];
}

export class DraftFile {
  readonly records: TrueRecord[] = [];
  private readonly parts: Buffer[] = [];
  private readonly encoding: Encoding;
  private size = 0;
  private line = 1;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  /** Text in the encoding of the file; its line ends count. */
  text(text: string): void {
    this.bytes(encode(text, this.encoding));
    this.line += text.match(/\r\n|\r|\n/g)?.length ?? 0;
  }

  bytes(bytes: Buffer): void {
    this.parts.push(bytes);
    this.size += bytes.length;
  }

  /** Notes what `write` adds as one record; `maxRecordBytes` is where the raw bytes of a longer one are cut. */
  record(codes: readonly FindingCode[], maxRecordBytes: number, write: () => void): void {
    const { size, line } = this;
    const first = this.parts.length;
    write();
    const raw = Buffer.concat(this.parts.slice(first));
    const record = this.records.length + 1;
    // The engine counts the length of UTF-16 records in UTF-8; all long texts here are ASCII.
    const longest = maxRecordBytes * (this.encoding.startsWith('utf-16') ? 2 : 1);
    this.records.push({
      record,
      line,
      byteOffset: size,
      byteLength: raw.length,
      raw: raw.subarray(0, longest),
      codes: raw.length > longest ? ['RECORD_TOO_LONG'] : codes,
    });
  }

  content(): Buffer {
    return Buffer.concat(this.parts);
  }
}

export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'latin-1':
    case 'windows-1252':
      return Buffer.from(text, 'latin1');
    case 'utf-16':
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
  }
}

/** Bytes that are no text in the encoding; null where all bytes are. */
export function undecodableBytes(encoding: Encoding): Buffer | null {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from([0xc3, 0x28, 0xff]);
    case 'windows-1252':
      return Buffer.from([0x81]);
    case 'latin-1':
      return null;
    case 'utf-16':
    case 'utf-16le':
      return Buffer.from([0x00, 0xd8]);
    case 'utf-16be':
      return Buffer.from([0xd8, 0x00]);
  }
}
