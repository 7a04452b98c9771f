/** Pieces of the text format of WebAssembly that the functions of an inflater are made of. */
import * as AT from './inflate-layout.ts';

export const get = (name: string): string => `(local.get $${name})`;
export const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
export const i32 = (value: number): string => `(i32.const ${value})`;
export const i64 = (value: number | bigint): string => `(i64.const ${value})`;
export const add = (left: string, right: string): string => `(i32.add ${left} ${right})`;
export const subtract = (left: string, right: string): string => `(i32.sub ${left} ${right})`;
export const and = (left: string, right: string): string => `(i32.and ${left} ${right})`;
export const shiftLeft = (value: string, bits: string): string => `(i32.shl ${value} ${bits})`;
export const shiftRight = (value: string, bits: string): string => `(i32.shr_u ${value} ${bits})`;
export const increase = (name: string, by: string): string => set(name, add(get(name), by));
/** The low word of the i64 in a local. */
export const low = (name: string): string => `(i32.wrap_i64 ${get(name)})`;
export const widened = (value: string): string => `(i64.extend_i32_u ${value})`;
export const when = (condition: string, ...then: string[]): string => `(if ${condition} (then ${then.join(' ')}))`;

const ENTRY_SHIFT = Math.log2(AT.ENTRY_BYTES);
/** From the number of an entry to its place in a table. */
export const entryPlace = (index: string): string => shiftLeft(index, i32(ENTRY_SHIFT));

/** The bit buffer of the input at $position: the first bit stands at BUFFER_SHIFT, 54 follow at least. Its lowest bits say nothing. */
export const bufferAtPosition = `
  (i64.shr_u
    (i64.shl (i64.load ${shiftRight(get('position'), i32(3))}) ${i64(AT.BUFFER_SHIFT)})
    ${widened(and(get('position'), i32(7)))})`;

/** Bits that an entry takes. */
export const taken = (entry: string): string => and(low(entry), i32(AT.TAKEN_MASK));

/** $entry and, in $high, its high word. */
const load = (entry: string, table: number, place: string): string => `
  ${set('place', place)}
  ${set(entry, `(i64.load offset=${table} ${get('place')})`)}
  ${set('high', `(i32.load offset=${table + 4} ${get('place')})`)}`;

/** What the bits of the buffer that come next are in a table: its index is their first `bits`. */
export const lookUp = (entry: string, table: number, bits: number): string =>
  load(entry, table, and(low('buffer'), i32((2 ** bits - 1) << AT.BUFFER_SHIFT)));

/** A longer code is looked up by its other bits. */
export const lookUpLong = (entry: string, bits: number): string => {
  const others = `(i32.wrap_i64 (i64.shr_u ${get('buffer')} ${i64(bits)}))`;
  const place = add(get('high'), and(others, i32((2 ** (AT.MAX_BITS - bits) - 1) << AT.BUFFER_SHIFT)));
  return when(`(i32.eq ${low(entry)} ${i32(AT.SLOW | AT.EXCEPTION)})`, load(entry, 0, place));
};

/** The extra bits of an entry, which stand in the buffer behind its code. */
export const extraBits = (entry: string): string =>
  and(
    `(i32.wrap_i64 (i64.shr_u ${get('buffer')} (i64.shr_u ${get(entry)} ${i64(AT.EXTRA_SHIFT)})))`,
    shiftRight(low(entry), i32(AT.MASK_SHIFT)),
  );
