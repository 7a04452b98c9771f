/** The general reading of one value of an XML row for a generated scanner. */
import { CELL } from '../values/raw-cells.ts';
import type { FieldReader } from './field-reader.ts';
import { ScanRuntime } from './scan-runtime.ts';

const LESS = 60;
const SLASH = 47;
const BLANK = 32;
const TAB = 9;
const NIL = Buffer.from(' xsi:nil="true"/>');

/** 1 for the bytes that a plain text does not go over: its end, and all that may need another reading. */
function endsOf(characters: string, allowed: string): Uint8Array {
  const ends = new Uint8Array(256);
  ends.fill(1, 0, 32);
  for (const byte of Buffer.from(allowed)) ends[byte] = 0;
  for (const byte of Buffer.from(characters)) ends[byte] = 1;
  // In UTF-8 the first byte of the characters that XML does not allow, U+FFFE and U+FFFF, and of few others.
  ends[0xef] = 1;
  return ends;
}

export class XmlScanRuntime extends ScanRuntime implements FieldReader {
  readonly textEnds = endsOf('<>&', '\t');
  readonly attributeEnds = endsOf('<>&"', '');
  /** xsi:nil is what says that an element is NULL. */
  hasNil = false;

  /** `close` is the byte behind the value. */
  field(index: number, from: number, at: number, close: number): number {
    const { bytes } = this;
    const ends = close === LESS ? this.textEnds : this.attributeEnds;
    this.number = Number.NaN;
    let end = from;
    while (ends[bytes[end] as number] === 0) end += 1;
    this.end = end;
    if (bytes[end] !== close) return -1;
    let first = from;
    let last = end;
    // White space around a value is layout.
    while (first < last && isBlank(bytes[first] as number)) first += 1;
    while (last > first && isBlank(bytes[last - 1] as number)) last -= 1;
    const text = this.textOf(first, last);
    return text === null ? -1 : this.value(index, text, CELL.PLAIN, at);
  }

  emptyEnd(at: number): number {
    const { bytes } = this;
    const slash = bytes[at] === BLANK && bytes[at + 1] === SLASH ? at + 1 : at;
    if (bytes[slash] === SLASH && bytes[slash + 1] === 62) return slash + 2;
    return this.hasNil && bytes.subarray(at, at + NIL.length).equals(NIL) ? at + NIL.length : -1;
  }
}

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB;
}
