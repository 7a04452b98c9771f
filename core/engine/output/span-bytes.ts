/**
 * Spans as bytes: each is two variable-length numbers, the gap behind the span before it (negative where they overlap, which
 * the proof then finds) and its length, so that a line end costs two or three bytes.
 */
import { ByteBuffer } from '../bytes/byte-buffer.ts';

const MAX_SPAN_BYTES = 20;

/** Spans of one kind in memory. */
export class SpanList {
  private readonly out = new ByteBuffer(256);
  private end = 0;
  private from = -1;
  private length = 0;

  /** `joins`: it becomes one with a span that ends where it begins, which says the same. */
  add(byteOffset: number, byteLength: number, joins: boolean): void {
    if (joins && this.from >= 0 && this.from + this.length === byteOffset) {
      this.length += byteLength;
      return;
    }
    this.flush();
    this.from = byteOffset;
    this.length = byteLength;
  }

  /** The bytes of all spans, to which others can no longer be added. */
  bytes(): Uint8Array<ArrayBuffer> {
    this.flush();
    this.from = -1;
    return new Uint8Array(this.out.content());
  }

  private flush(): void {
    if (this.from < 0) return;
    const start = this.out.claim(MAX_SPAN_BYTES);
    this.out.length = writeSpan(this.out.bytes, start, this.from - this.end, this.length);
    this.end = this.from + this.length;
  }
}

/** Writes one span at `at`, of which there are 20 bytes; gives the position behind it. */
export function writeSpan(bytes: Uint8Array, at: number, gap: number, byteLength: number): number {
  return writeNumber(bytes, writeNumber(bytes, at, gap >= 0 ? gap * 2 : -gap * 2 - 1), byteLength);
}

function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

/** Calls `visit` for every span of a SpanList. */
export function forEachSpan(bytes: Uint8Array, visit: (byteOffset: number, byteLength: number) => void): void {
  let at = 0;
  let end = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const signed = number();
    const byteOffset = end + (signed % 2 === 0 ? signed / 2 : -(signed + 1) / 2);
    const byteLength = number();
    visit(byteOffset, byteLength);
    end = byteOffset + byteLength;
  }
}
