/**
 * UTF-16 to UTF-8 and back without losing a byte: a lone surrogate becomes the three bytes it would have (which are no
 * valid UTF-8, so a strict decoder refuses them), a single byte at the end of the file becomes FF. So every stretch of
 * the result says how many original bytes it stands for.
 */
import type { ByteOrder } from './byte-order-mark.ts';

/** Stands for the odd byte at the end of a file, which is kept beside it. */
const ODD_BYTE = 0xff;

export class Utf16Transcoder {
  /** The odd byte at the end of the file; known after end(). */
  oddByte: number | null = null;
  private readonly high: number;
  private pending: Buffer = Buffer.alloc(0);

  constructor(byteOrder: ByteOrder) {
    this.high = byteOrder === 'le' ? 1 : 0;
  }

  push(chunk: Buffer): Buffer {
    const input = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    let end = input.length - (input.length % 2);
    // The first half of a pair waits for the second.
    if (end >= 2 && isHighSurrogate(this.unit(input, end - 2))) {
      end -= 2;
    }
    this.pending = Buffer.from(input.subarray(end));
    return this.transcode(input, end);
  }

  /** What waits at the end of the file. */
  end(): Buffer {
    const rest = this.pending;
    this.pending = Buffer.alloc(0);
    const whole = this.transcode(rest, rest.length - (rest.length % 2));
    if (rest.length % 2 === 0) {
      return whole;
    }
    this.oddByte = rest[rest.length - 1] ?? 0;
    return Buffer.concat([whole, Buffer.from([ODD_BYTE])]);
  }

  private transcode(input: Buffer, end: number): Buffer {
    const output = Buffer.allocUnsafe(end * 2);
    let to = 0;
    for (let from = 0; from < end; from += 2) {
      let code = this.unit(input, from);
      if (isHighSurrogate(code) && from + 2 < end) {
        const low = this.unit(input, from + 2);
        if ((low & 0xfc00) === 0xdc00) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
          from += 2;
        }
      }
      to = writeUtf8(output, to, code);
    }
    return output.subarray(0, to);
  }

  private unit(input: Buffer, at: number): number {
    return ((input[at + this.high] as number) << 8) | (input[at + 1 - this.high] as number);
  }
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function writeUtf8(output: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    output[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    output[at] = 0xc0 | (code >> 6);
    output[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    output[at] = 0xe0 | (code >> 12);
    output[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    output[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  output[at] = 0xf0 | (code >> 18);
  output[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  output[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  output[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}

/** Original bytes that the transcoded bytes [from, to) stand for; `from` begins a character. */
export function originalLength(bytes: Buffer, from: number, to: number): number {
  let length = 0;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] as number;
    if (byte === ODD_BYTE) {
      length += 1;
    } else if (byte >= 0xf0) {
      length += 4;
    } else if (byte < 0x80 || byte >= 0xc0) {
      length += 2;
    }
  }
  return length;
}

/** The original bytes of transcoded ones; an unfinished character at the end is left out. */
export function originalBytes(bytes: Buffer, byteOrder: ByteOrder, oddByte: number | null): Buffer {
  const output = Buffer.alloc(bytes.length * 2);
  const high = byteOrder === 'le' ? 1 : 0;
  let to = 0;
  const put = (unit: number): void => {
    output[to + high] = unit >> 8;
    output[to + 1 - high] = unit & 0xff;
    to += 2;
  };
  for (let from = 0; from < bytes.length;) {
    const first = bytes[from] as number;
    if (first === ODD_BYTE) {
      output[to] = oddByte ?? 0;
      return output.subarray(0, to + 1);
    }
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (from + length > bytes.length) {
      break;
    }
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let index = 1; index < length; index += 1) {
      code = (code << 6) | ((bytes[from + index] as number) & 0x3f);
    }
    if (code > 0xffff) {
      put(0xd800 | ((code - 0x10000) >> 10));
      put(0xdc00 | ((code - 0x10000) & 0x3ff));
    } else {
      put(code);
    }
    from += length;
  }
  return output.subarray(0, to);
}
