/**
 * Kinds of ASCII bytes in identifiers, as tables: -1 for what does not belong. Bytes beyond ASCII belong to nothing.
 */
const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';

/** The value of each byte in an identifier: digits as they are, A = 10 to Z = 35. */
export const ALPHANUMERIC: Int8Array = values(DIGITS + LETTERS);
/** The same without vowels. */
export const CONSONANT_OR_DIGIT: Int8Array = values(DIGITS + CONSONANTS);

function values(characters: string): Int8Array {
  const table = new Int8Array(256).fill(-1);
  for (const character of characters) {
    table[character.charCodeAt(0)] = parseInt(character, 36);
  }
  return table;
}
