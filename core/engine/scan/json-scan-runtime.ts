/** The general reading of one member's value for a generated scanner. */
import { CELL } from '../values/raw-cells.ts';
import type { FieldReader } from './field-reader.ts';
import { ScanRuntime } from './scan-runtime.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const LITERAL = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

export class JsonScanRuntime extends ScanRuntime implements FieldReader {
  readonly textEnds = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 32 || byte === QUOTE || byte === BACKSLASH ? 1 : 0));

  /** Of a member. */
  field(index: number, from: number, at: number): number {
    this.number = Number.NaN;
    if (this.bytes[from] !== QUOTE) return this.literal(index, from, at);
    const end = this.quotedEnd(from + 1);
    const text = end < 0 ? null : this.textOf(from + 1, end);
    this.end = end + 1;
    return text === null ? -1 : this.value(index, text, CELL.QUOTED, at);
  }

  private literal(index: number, from: number, at: number): number {
    const { bytes } = this;
    let end = from;
    while (isOfLiteral(bytes[end] as number)) end += 1;
    const text = bytes.toString('latin1', from, end);
    this.end = end;
    return LITERAL.test(text) ? this.value(index, text, CELL.LITERAL, at) : -1;
  }

  /** The closing quote; -1 where something in between is for the general reader of rows. */
  private quotedEnd(from: number): number {
    const { bytes } = this;
    let at = from;
    while ((bytes[at] as number) >= 32 && bytes[at] !== QUOTE && bytes[at] !== BACKSLASH) at += 1;
    return bytes[at] === QUOTE ? at : -1;
  }
}

/** Digits, letters, points and signs. */
function isOfLiteral(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || byte === 45 || byte === 46 || byte === 43 || byte === 69;
}
