/** The bytes of one range while it is judged, and what may be looked at behind it. Shared, so that a range can be judged again. */
import { copyShared } from '../bytes/copy-shared.ts';

/** Behind the bytes stands a line feed, and room for reads of whole words. */
const MARGIN_BYTES = 64;
const LF = 10;

export class RangeSlot {
  bytes: Buffer;
  length = 0;
  private readonly maxBytes: number;

  /** Holds up to `maxBytes`; memory is taken as it is needed, `firstBytes` at first. */
  constructor(firstBytes: number, maxBytes: number) {
    this.maxBytes = maxBytes;
    this.bytes = sharedBytes(Math.min(firstBytes, maxBytes));
  }

  get isFull(): boolean {
    return this.length === this.maxBytes;
  }

  /** Where up to `count` more bytes may be written, which append() then takes as they are. */
  room(count: number): Buffer {
    const end = Math.min(this.maxBytes, this.length + count);
    this.reserve(end);
    return this.bytes.subarray(this.length, end);
  }

  /** Takes as many bytes as there is room for, and says how many. */
  append(chunk: Buffer): number {
    const count = Math.min(chunk.length, this.maxBytes - this.length);
    this.reserve(this.length + count);
    const isThere = chunk.buffer === this.bytes.buffer && chunk.byteOffset === this.bytes.byteOffset + this.length;
    if (!isThere) copyShared(chunk.subarray(0, count), this.bytes, this.length);
    this.length += count;
    return count;
  }

  /** No byte follows those that are there. */
  seal(): void {
    this.bytes[this.length] = LF;
  }

  clear(): void {
    this.length = 0;
  }

  private reserve(count: number): void {
    if (count + MARGIN_BYTES <= this.bytes.length) return;
    const larger = sharedBytes(Math.min(this.maxBytes, Math.max(count, this.bytes.length * 2)));
    copyShared(this.bytes.subarray(0, this.length), larger, 0);
    this.bytes = larger;
  }
}

function sharedBytes(count: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(count + MARGIN_BYTES));
}
