/**
 * FIX: messages whose third field is a MsgType (35) that the spec wants, found by separators and tags alone. It gives no
 * number where a field tells the length of data, which may hold anything.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Tokenizer } from './tokenizer.ts';

const LENGTH_TAGS =
  '90 93 95 212 348 350 352 354 356 358 360 362 364 445 618 621 1184 1277 1280 1282 1397 1401 1403 1468 1525 1578 1620 1664 1678';
const LENGTHS: ReadonlySet<string> = new Set(LENGTH_TAGS.split(' '));
const LONGEST_TEXT = 64;

export class FixTokenizer implements Tokenizer {
  private readonly types: readonly string[] | null;
  /** The separating byte; 0 until one is seen. */
  private separator: number;
  private tag = '';
  private value = '';
  private inValue = false;
  /** Fields of the message so far. */
  private fields = 0;
  private records = 0;
  private applies = true;

  constructor({ source }: SourceSpec) {
    this.types = source.fix?.message_types ?? null;
    this.separator = source.fix?.separator === '|' ? 0x7c : source.fix?.separator === 'SOH' ? 1 : 0;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const isLineEnd = byte === 0x0a || byte === 0x0d;
      if (this.separator === 0 && (byte === 1 || byte === 0x7c)) {
        this.separator = byte;
      }
      if (byte === this.separator || (isLineEnd && this.tag === '10')) {
        this.endField();
      } else if (this.inValue) {
        this.value += this.value.length < LONGEST_TEXT ? String.fromCharCode(byte) : '';
      } else if (byte === 0x3d) {
        this.inValue = true;
      } else if (!isLineEnd) {
        this.tag += this.tag.length < LONGEST_TEXT ? String.fromCharCode(byte) : '';
      }
    }
  }

  count(): number | null {
    return this.applies ? this.records : null;
  }

  private endField(): void {
    this.fields = this.tag === '8' ? 1 : this.fields + 1;
    if (this.tag === '35' && this.fields === 3 && (this.types === null || this.types.includes(this.value))) {
      this.records += 1;
    }
    this.applies &&= !LENGTHS.has(this.tag) || this.value === '0';
    this.tag = '';
    this.value = '';
    this.inValue = false;
  }
}
