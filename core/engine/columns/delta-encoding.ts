/**
 * DELTA_BINARY_PACKED of whole numbers that lie close to each other: what record numbers, lines, offsets and lengths are.
 * A constant step costs no bit. The first value stands in the header alone, so that the body can be made before it is known.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5
 */
import { ByteBuffer } from '../bytes/byte-buffer.ts';

const BLOCK_VALUES = 128;
const MINIBLOCKS = 4;
const MINIBLOCK_VALUES = BLOCK_VALUES / MINIBLOCKS;
const MAX_BLOCK_BYTES = 10 + MINIBLOCKS + BLOCK_VALUES * 4;

/** Header of `count` values of which `first` is the first. */
export function deltaHeader(count: number, first: number): Buffer {
  const out: number[] = [];
  for (const value of [BLOCK_VALUES, MINIBLOCKS, count, first >= 0 ? first * 2 : -first * 2 - 1]) {
    let rest = value;
    while (rest >= 128) {
      out.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    out.push(rest);
  }
  return Buffer.from(out);
}

/** The blocks behind the header. Values are below 2^31 in size; they may be relative to anything. */
export function encodeDeltas(values: Int32Array, count: number): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(Math.max(64, count * 2));
  for (let from = 1; from < count; from += BLOCK_VALUES) {
    const to = Math.min(count, from + BLOCK_VALUES);
    let min = Infinity;
    for (let index = from; index < to; index += 1) {
      const delta = (values[index] as number) - (values[index - 1] as number);
      if (delta < min) min = delta;
    }
    const start = out.claim(MAX_BLOCK_BYTES);
    out.length = encodeBlock(out.bytes, start, values, from, to, min);
  }
  return out.take();
}

function encodeBlock(bytes: Uint8Array, start: number, values: Int32Array, from: number, to: number, min: number): number {
  let at = start;
  for (let rest = min >= 0 ? min * 2 : -min * 2 - 1; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes[at++] = rest;
      break;
    }
    bytes[at++] = (rest % 128) + 128;
  }
  const widths = at;
  at += MINIBLOCKS;
  for (let mini = 0; mini < MINIBLOCKS; mini += 1) {
    const first = from + mini * MINIBLOCK_VALUES;
    const last = Math.min(to, first + MINIBLOCK_VALUES);
    let used = 0;
    for (let index = first; index < last; index += 1) {
      used |= (values[index] as number) - (values[index - 1] as number) - min;
    }
    const width = used === 0 ? 0 : 32 - Math.clz32(used);
    bytes[widths + mini] = width;
    if (width > 0) at = pack(bytes, at, values, first, last, min, width);
  }
  return at;
}

/** A miniblock is always whole: what is missing are zeros. */
function pack(bytes: Uint8Array, start: number, values: Int32Array, first: number, last: number, min: number, width: number): number {
  const end = start + (MINIBLOCK_VALUES / 8) * width;
  if (width === 1) {
    // Record numbers and lines with gaps: one bit a value.
    let word = 0;
    for (let index = first; index < last; index += 1) {
      word |= ((values[index] as number) - (values[index - 1] as number) - min) << (index - first);
    }
    for (let byte = 0; byte < MINIBLOCK_VALUES / 8; byte += 1) bytes[start + byte] = word >>> (byte * 8);
    return end;
  }
  let at = start;
  let bits = 0;
  let held = 0;
  for (let index = first; index < last; index += 1) {
    let value = ((values[index] as number) - (values[index - 1] as number) - min) >>> 0;
    let left = width;
    while (left > 0) {
      const taken = left < 16 ? left : 16;
      bits |= (value & ((1 << taken) - 1)) << held;
      held += taken;
      value >>>= taken;
      left -= taken;
      while (held >= 8) {
        bytes[at++] = bits & 0xff;
        bits >>>= 8;
        held -= 8;
      }
    }
  }
  if (held > 0) bytes[at++] = bits & 0xff;
  bytes.fill(0, at, end);
  return end;
}

/** The values that follow a header at `start`; numbers up to 2^53. */
export function decodeDeltas(bytes: Uint8Array, start: number): Float64Array<ArrayBuffer> {
  const cursor = { bytes, at: start };
  const blockValues = varint(cursor);
  const perMini = blockValues / varint(cursor);
  const count = varint(cursor);
  const values = new Float64Array(count);
  let value = zigzag(cursor);
  if (count > 0) values[0] = value;
  for (let from = 1; from < count; from += blockValues) {
    const min = zigzag(cursor);
    const widths = cursor.at;
    cursor.at += blockValues / perMini;
    for (let first = from; first < Math.min(count, from + blockValues); first += perMini) {
      const width = bytes[widths + (first - from) / perMini] as number;
      const last = Math.min(count, first + perMini);
      value = width === 0 ? repeat(values, first, last, value, min) : unpack(bytes, cursor.at, width, values, first, last, value, min);
      cursor.at += (perMini / 8) * width;
    }
  }
  return values;
}

function repeat(values: Float64Array, first: number, last: number, before: number, step: number): number {
  let value = before;
  for (let index = first; index < last; index += 1) {
    value += step;
    values[index] = value;
  }
  return value;
}

/** A value of so many bits lies within four bytes wherever its first bit is in the first of them. */
const MAX_WIDTH_IN_WORD = 25;

function unpack(
  bytes: Uint8Array,
  start: number,
  width: number,
  values: Float64Array,
  first: number,
  last: number,
  before: number,
  min: number,
): number {
  let value = before;
  let bit = 0;
  let index = first;
  // As long as a value and all it shares bytes with lie in one word.
  const wordsEnd = width <= MAX_WIDTH_IN_WORD ? bytes.length - 4 : -1;
  for (; index < last && start + (bit >>> 3) <= wordsEnd; index += 1) {
    const at = start + (bit >>> 3);
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const word = low | ((bytes[at + 3] as number) << 24);
    value += min + ((word >>> (bit & 7)) & ((1 << width) - 1));
    values[index] = value;
    bit += width;
  }
  for (; index < last; index += 1) {
    let delta = 0;
    let factor = 1;
    for (let left = width; left > 0;) {
      const offset = bit & 7;
      const taken = Math.min(left, 8 - offset);
      delta += (((bytes[start + (bit >>> 3)] as number) >>> offset) & ((1 << taken) - 1)) * factor;
      factor *= 1 << taken;
      bit += taken;
      left -= taken;
    }
    value += min + delta;
    values[index] = value;
  }
  return value;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = cursor.bytes[cursor.at++] as number;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

function zigzag(cursor: Cursor): number {
  const value = varint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
