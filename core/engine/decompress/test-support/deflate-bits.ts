/** Streams of deflate, written by hand. */

/** Zeros and ones in the order in which they stand in the stream (the lowest bit of a byte first); blanks mean nothing. */
export function bitsOf(text: string): Buffer {
  const bits = text.replaceAll(' ', '');
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of [...bits].entries()) bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (Number(bit) << (index & 7));
  return bytes;
}

/** The fixed code of a literal, of the end of a block (256) or of a length (RFC 1951, 3.2.6). */
export function fixedCode(symbol: number): string {
  if (symbol < 144) return code(0x30 + symbol, 8);
  if (symbol < 256) return code(0x190 + symbol - 144, 9);
  return symbol < 280 ? code(symbol - 256, 7) : code(0xc0 + symbol - 280, 8);
}

function code(value: number, length: number): string {
  return value.toString(2).padStart(length, '0');
}
