/**
 * Parquet's RLE / bit-packing hybrid, for levels and dictionary indexes (bit widths 1 to 16).
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */

/** A run at least this long is written as a run, a shorter one joins the bit-packed values around it. */
const MIN_RUN = 8;

/** Encodes the first `count` of `values`, each below 2^bitWidth. */
export function encodeHybrid(values: Uint8Array | Uint16Array, count: number, bitWidth: number): Uint8Array {
  // Worst case: everything bit-packed, with a header for every MIN_RUN values.
  const out = Buffer.allocUnsafe(Math.ceil(count / 8) * (bitWidth + 8) + 16);
  let size = 0;
  let literalStart = 0;
  let at = 0;
  while (at < count) {
    const value = values[at];
    let end = at + 1;
    while (end < count && values[end] === value) end += 1;
    // Bit-packed values come in groups of 8: the run gives up what the last group misses.
    const borrowed = (8 - ((at - literalStart) % 8)) % 8;
    if (end - at - borrowed >= MIN_RUN) {
      if (at + borrowed > literalStart) size = packLiterals(out, size, values, literalStart, at + borrowed, bitWidth);
      size = writeVarint(out, size, (end - at - borrowed) * 2);
      for (let shift = 0; shift < bitWidth; shift += 8) out[size++] = ((value ?? 0) >>> shift) & 0xff;
      literalStart = end;
    }
    at = end;
  }
  if (count > literalStart) size = packLiterals(out, size, values, literalStart, count, bitWidth);
  return out.subarray(0, size);
}

function packLiterals(
  out: Uint8Array,
  start: number,
  values: Uint8Array | Uint16Array,
  from: number,
  to: number,
  bitWidth: number,
): number {
  const groups = Math.ceil((to - from) / 8);
  let size = writeVarint(out, start, groups * 2 + 1);
  let bits = 0;
  let held = 0;
  for (let index = from; index < from + groups * 8; index += 1) {
    bits |= (index < to ? (values[index] ?? 0) : 0) << held;
    held += bitWidth;
    while (held >= 8) {
      out[size++] = bits & 0xff;
      bits >>>= 8;
      held -= 8;
    }
  }
  return size;
}

function writeVarint(out: Uint8Array, start: number, value: number): number {
  let size = start;
  let rest = value;
  while (rest >= 128) {
    out[size++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[size++] = rest;
  return size;
}

/** Decodes `count` values into `target`; `source` may go on behind them. */
export function decodeHybrid(source: Uint8Array, bitWidth: number, target: Uint8Array | Uint16Array, count: number): void {
  const mask = (1 << bitWidth) - 1;
  let position = 0;
  let done = 0;
  while (done < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = source[position++] ?? 0;
      header |= (byte & 0x7f) << shift;
      if (byte < 128) break;
    }
    if ((header & 1) === 0) {
      let value = 0;
      for (let shift = 0; shift < bitWidth; shift += 8) value |= (source[position++] ?? 0) << shift;
      const end = Math.min(count, done + (header >>> 1));
      target.fill(value, done, end);
      done = end;
      continue;
    }
    let bits = 0;
    let held = 0;
    for (let left = (header >>> 1) * 8; left > 0; left -= 1) {
      while (held < bitWidth) {
        bits |= (source[position++] ?? 0) << held;
        held += 8;
      }
      if (done < count) target[done++] = bits & mask;
      bits >>>= bitWidth;
      held -= bitWidth;
    }
  }
}
