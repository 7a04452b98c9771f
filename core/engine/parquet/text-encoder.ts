/**
 * STRING and JSON: indexes into a dictionary of the chunk while that pays, PLAIN from then on. A column that once left
 * its dictionary does not try again in later row groups, so that unique identifiers cost one attempt a file.
 */
import { bitWidthOf, encodeHybrid } from './hybrid-encoding.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { ENCODING, wrongValue, type EncodedValues, type MinMax, type ValueEncoder } from './value-encoder.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

/** Bounds of a dictionary: entries (an index has 16 bits) and bytes of their text. */
const MAX_DICTIONARY_ENTRIES = 65_536;
const MAX_DICTIONARY_BYTES = 1024 * 1024;
/** After this many values a dictionary with more than half as many entries is given up. */
const TRIAL_VALUES = 4096;
/** Longer values have no statistics: they would only make the footer large. */
const MAX_STATISTIC_BYTES = 256;

export class TextEncoder implements ValueEncoder {
  private readonly type: ColumnType;
  private readonly plain = new ByteBuffer(64 * 1024);
  private indexes = new Uint16Array(4096);
  private indexCount = 0;
  private readonly dictionary = new Map<string, number>();
  private readonly dictionaryBytes = new ByteBuffer(4096);
  private valuesOfChunk = 0;
  private usesDictionary: boolean;
  private min: Uint8Array | undefined;
  private max: Uint8Array | undefined;
  private minText = '';
  private maxText = '';

  /** Elements of a REPEATED column go without a dictionary: one row may bring more entries than an index can name. */
  constructor(type: ColumnType, repeated: boolean) {
    this.type = type;
    this.usesDictionary = !repeated;
  }

  get sizeBytes(): number {
    return this.plain.length + this.indexCount * 2;
  }

  append(value: Value): void {
    if (typeof value !== 'string') throw wrongValue(this.type, value);
    if (!this.usesDictionary) {
      this.track(value, this.plain, appendText(this.plain, value));
      return;
    }
    this.valuesOfChunk += 1;
    let index = this.dictionary.get(value);
    if (index === undefined) {
      index = this.dictionary.size;
      this.dictionary.set(value, index);
      this.track(value, this.dictionaryBytes, appendText(this.dictionaryBytes, value));
    }
    if (this.indexCount === this.indexes.length) {
      const larger = new Uint16Array(this.indexes.length * 2);
      larger.set(this.indexes);
      this.indexes = larger;
    }
    this.indexes[this.indexCount++] = index;
  }

  /** Whether the dictionary should be left; the column chunk asks between two rows and ends the page when it is so. */
  shouldLeaveDictionary(): boolean {
    if (!this.usesDictionary) return false;
    const entries = this.dictionary.size;
    return (
      entries >= MAX_DICTIONARY_ENTRIES ||
      this.dictionaryBytes.length >= MAX_DICTIONARY_BYTES ||
      (this.valuesOfChunk >= TRIAL_VALUES && entries * 2 > this.valuesOfChunk)
    );
  }

  leaveDictionary(): void {
    this.usesDictionary = false;
  }

  takePage(): EncodedValues {
    if (this.indexCount > 0) return this.takeIndexPage();
    const body = this.plain.content();
    this.plain.clear();
    return { encoding: ENCODING.PLAIN, body };
  }

  private takeIndexPage(): EncodedValues {
    const bitWidth = bitWidthOf(this.dictionary.size - 1);
    const encoded = encodeHybrid(this.indexes, this.indexCount, bitWidth);
    this.indexCount = 0;
    return { encoding: ENCODING.RLE_DICTIONARY, body: Buffer.concat([Uint8Array.of(bitWidth), encoded]) };
  }

  takeDictionary(): { readonly count: number; readonly body: Uint8Array } | null {
    const count = this.dictionary.size;
    const body = Buffer.from(this.dictionaryBytes.content());
    this.dictionary.clear();
    this.dictionaryBytes.clear();
    this.valuesOfChunk = 0;
    return count === 0 ? null : { count, body };
  }

  takeMinMax(): MinMax | null {
    const { min, max } = this;
    this.min = undefined;
    this.max = undefined;
    if (min === undefined || max === undefined) return null;
    return min.length > MAX_STATISTIC_BYTES || max.length > MAX_STATISTIC_BYTES ? null : { min, max };
  }

  /** Order is that of the UTF-8 bytes; two ASCII texts have the same order as JavaScript strings, which is the fast way. */
  private track(text: string, source: ByteBuffer, start: number): void {
    const end = source.length;
    if (this.min === undefined || this.max === undefined) {
      this.min = Buffer.from(source.bytes.subarray(start, end));
      this.max = this.min;
      this.minText = text;
      this.maxText = text;
      return;
    }
    const isAscii = end - start === text.length;
    if (isAscii && this.min.length === this.minText.length && this.max.length === this.maxText.length) {
      if (text >= this.minText && text <= this.maxText) return;
    }
    const bytes = source.bytes.subarray(start, end);
    if (Buffer.compare(bytes, this.min) < 0) {
      this.min = Buffer.from(bytes);
      this.minText = text;
    } else if (Buffer.compare(bytes, this.max) > 0) {
      this.max = Buffer.from(bytes);
      this.maxText = text;
    }
  }
}

/** Below this length a loop over ASCII is faster than a call into native code. */
const SHORT_TEXT = 32;

/** Appends length and UTF-8 bytes; gives the position of the first byte of the text. */
function appendText(buffer: ByteBuffer, text: string): number {
  const length = text.length;
  if (length <= SHORT_TEXT) {
    const at = buffer.claim(4 + length);
    if (writeAscii(buffer.bytes, at + 4, text)) {
      buffer.view.setUint32(at, length, true);
      return at + 4;
    }
    buffer.length = at;
  }
  const size = Buffer.byteLength(text, 'utf8');
  const at = buffer.claim(4 + size);
  buffer.view.setUint32(at, size, true);
  buffer.bytes.write(text, at + 4, size, 'utf8');
  return at + 4;
}

function writeAscii(target: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return false;
    target[at + index] = unit;
  }
  return true;
}
