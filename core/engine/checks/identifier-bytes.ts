/** Bytes of identifiers as numbers, by tables: -1 for a byte that does not belong. */
const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';
const BYTES = 256;

/** The value of each byte: digits as they are, A = 10 to Z = 35. */
export const ALPHANUMERIC: Int8Array = values(DIGITS + LETTERS);
/** The same without vowels. */
export const CONSONANT_OR_DIGIT: Int8Array = values(DIGITS + CONSONANTS);

/** A table over bytes of what `of` gives for the value of each, and `otherwise` for one without value. */
export function byteTable(from: Int8Array, of: (value: number) => number, otherwise: number): Int16Array {
  return Int16Array.from(from, (value) => (value < 0 ? otherwise : of(value)));
}

function values(characters: string): Int8Array {
  const table = new Int8Array(BYTES).fill(-1);
  for (const character of characters) {
    table[character.charCodeAt(0)] = parseInt(character, 36);
  }
  return table;
}
