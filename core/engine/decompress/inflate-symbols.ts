/** The symbols of deflate (RFC 1951, 3.2.5 and 3.2.7) as entries of decoding tables, but for the lengths of their codes. */
import * as AT from './inflate-layout.ts';

const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;
const LAST_LENGTH = 285;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const DISTANCES = 30;
const VECTOR_BYTES = 16;

/** Writes what never changes into the memory of an inflater: the symbols' entries, and how bytes repeat at distances below 16. */
export function writeConstants(memory: Buffer): void {
  writeEntries(memory, AT.LITERAL_SYMBOLS_AT, literalSymbols());
  writeEntries(memory, AT.DISTANCE_SYMBOLS_AT, distanceSymbols());
  writeEntries(memory, AT.CODE_LENGTH_SYMBOLS_AT, codeLengthSymbols());
  for (let distance = 1; distance < VECTOR_BYTES; distance += 1) {
    const pattern = AT.PATTERNS_AT + distance * VECTOR_BYTES;
    for (let index = 0; index < VECTOR_BYTES; index += 1) memory[pattern + index] = index % distance;
    memory[AT.PERIODS_AT + distance] = VECTOR_BYTES - (VECTOR_BYTES % distance);
  }
}

interface Entry {
  readonly low: number;
  readonly high: number;
}

function writeEntries(memory: Buffer, at: number, entries: readonly Entry[]): void {
  for (const [symbol, { low, high }] of entries.entries()) {
    memory.writeUInt32LE(low, at + symbol * AT.ENTRY_BYTES);
    memory.writeUInt32LE(high, at + symbol * AT.ENTRY_BYTES + 4);
  }
}

const exception = (kind: number): Entry => ({ low: AT.SLOW | AT.EXCEPTION | (kind << AT.KIND_SHIFT), high: 0 });
/** A number, and extra bits that are added to it. */
const sum = (high: number, extraBits: number): Entry => ({
  low: extraBits | (AT.BUFFER_SHIFT << AT.EXTRA_SHIFT) | ((2 ** extraBits - 1) << AT.MASK_SHIFT),
  high,
});

function literalSymbols(): Entry[] {
  const entries: Entry[] = [];
  for (let byte = 0; byte < END_OF_BLOCK; byte += 1) entries.push({ low: 1 << AT.COUNT_SHIFT, high: 0x8000_0000 + byte });
  entries.push(exception(AT.KIND.endOfBlock));
  let length = MIN_MATCH;
  for (let symbol = FIRST_LENGTH; symbol < LAST_LENGTH; symbol += 1) {
    const extraBits = Math.max(0, (symbol - FIRST_LENGTH - 4) >> 2);
    const { low, high } = sum(length << AT.HIGH_SHIFT, extraBits);
    // The fast loop knows lengths without extra bits only; a table has one such for every value of the extra bits, where they fit in.
    entries.push({ low: extraBits > 0 ? low | AT.SLOW : low, high });
    length += 2 ** extraBits;
  }
  entries.push(sum(MAX_MATCH << AT.HIGH_SHIFT, 0));
  while (entries.length < AT.LITERAL_SYMBOLS) entries.push(exception(AT.KIND.invalid));
  return entries;
}

function distanceSymbols(): Entry[] {
  const entries: Entry[] = [];
  let distance = 1;
  for (let symbol = 0; symbol < DISTANCES; symbol += 1) {
    const extraBits = Math.max(0, (symbol - 2) >> 1);
    entries.push(sum(distance, extraBits));
    distance += 2 ** extraBits;
  }
  while (entries.length < AT.DISTANCE_SYMBOLS) entries.push(exception(AT.KIND.invalid));
  return entries;
}

function codeLengthSymbols(): Entry[] {
  const repeated = (length: number, times: number, extraBits: number): Entry => sum((length << AT.HIGH_SHIFT) | times, extraBits);
  const lengths = Array.from({ length: AT.MAX_BITS + 1 }, (_, length) => repeated(length, 1, 0));
  return [...lengths, repeated(AT.PREVIOUS_LENGTH, 3, 2), repeated(0, 3, 3), repeated(0, 11, 7)];
}
