/** Where things stand in the memory of an inflater, and how an entry of its decoding tables is laid out. */

/** Symbols of literals and lengths, of distances, of code lengths (RFC 1951, 3.2.5 to 3.2.7), those that never occur too. */
export const LITERAL_SYMBOLS = 288;
export const DISTANCE_SYMBOLS = 32;
export const CODE_LENGTH_SYMBOLS = 19;
/** Longest code, in bits. */
export const MAX_BITS = 15;
/** A distance is this at most. */
export const WINDOW_BYTES = 32 * 1024;

/**
 * A code of up to so many bits is found with one look into a table, a longer one with a second look, into a table behind it. The fast loop
 * takes two looks into the first table and one into the second, with 13 extra bits, out of one filling of its bit buffer (53 bits). With
 * 12 bits reading took longer (decision 0070).
 */
export const LITERAL_BITS = 11;
export const DISTANCE_BITS = 9;
export const CODE_LENGTH_BITS = 7;
/** What may follow a literal within one entry is looked up by so many bits. */
export const SECOND_BITS = 8;

/**
 * An entry has 64 bits. The low word:
 *
 * - bits 0 to 5: bits of the input that it takes, codes and extra bits;
 * - bit 6 (SLOW): the fast loop does not know it;
 * - bit 7 (EXCEPTION): nor is it a length or a distance: its KIND stands in bits 16 and up, and 0 in these is a longer code;
 * - bits 8 to 12: where its extra bits begin in the bit buffer;
 * - bits 14 and 15: how many literals it has;
 * - bits 16 to 31: mask of its extra bits.
 *
 * The high word of literals, a length, or both: two bytes of literals, above them the length, to which extra bits are added, or bit 31
 * where there is none. Of a distance: the number that extra bits are added to. Of a longer code: where the table of its other bits stands.
 * Of a code length: how often it is repeated at least, and above that the length itself, or PREVIOUS_LENGTH.
 */
export const ENTRY_BYTES = 8;
export const TAKEN_MASK = 63;
export const SLOW = 1 << 6;
export const EXCEPTION = 1 << 7;
export const KIND_SHIFT = 16;
export const KIND = { endOfBlock: 1, invalid: 2 } as const;
export const EXTRA_SHIFT = 8;
export const COUNT_SHIFT = 14;
export const MASK_SHIFT = 16;
export const HIGH_SHIFT = 16;
export const PREVIOUS_LENGTH = 255;
/** The first bit of the input is the fourth of the bit buffer: masked, the buffer is the place of an entry in its table. */
export const BUFFER_SHIFT = 3;

const VECTOR_BYTES = 16;
const WORD_BYTES = 4;

/** Results: the position in bits, and the end of the output. */
export const POSITION_AT = 0;
export const END_AT = POSITION_AT + WORD_BYTES;
/** By length, in words: how many codes have it, and which is next. */
export const COUNTS_AT = 16;
export const NEXT_CODES_AT = COUNTS_AT + (MAX_BITS + 1) * WORD_BYTES;
/** By distance below 16: which byte of the window is which of the vector that repeats them, and how many bytes whole repetitions have. */
export const PATTERNS_AT = NEXT_CODES_AT + (MAX_BITS + 1) * WORD_BYTES;
export const PERIODS_AT = PATTERNS_AT + VECTOR_BYTES * VECTOR_BYTES;
/** Code lengths, a byte each; the longest repetition may begin with the last of them. */
export const LENGTHS_AT = PERIODS_AT + VECTOR_BYTES;
const LONGEST_REPETITION = 138;
const LENGTHS_BYTES = LITERAL_SYMBOLS + DISTANCE_SYMBOLS + Math.ceil(LONGEST_REPETITION / VECTOR_BYTES) * VECTOR_BYTES;
/** By symbol: its code of two bytes, as it stands in the bit buffer. */
export const CODES_AT = LENGTHS_AT + LENGTHS_BYTES;
/** By symbol: its entry, but for what the length of its code adds to it. */
export const LITERAL_SYMBOLS_AT = CODES_AT + LITERAL_SYMBOLS * 2;
export const DISTANCE_SYMBOLS_AT = LITERAL_SYMBOLS_AT + LITERAL_SYMBOLS * ENTRY_BYTES;
export const CODE_LENGTH_SYMBOLS_AT = DISTANCE_SYMBOLS_AT + DISTANCE_SYMBOLS * ENTRY_BYTES;

/** Every table of the other bits of longer codes has two codes at least (the code is complete), and all of them the same size. */
const tableBytes = (symbols: number, bits: number): number => (2 ** bits + (symbols / 2) * 2 ** (MAX_BITS - bits)) * ENTRY_BYTES;
export const SECONDS_AT = CODE_LENGTH_SYMBOLS_AT + CODE_LENGTH_SYMBOLS * ENTRY_BYTES;
/** Codes of code lengths are never longer than one look. */
export const CODE_LENGTH_TABLE_AT = SECONDS_AT + 2 ** SECOND_BITS * ENTRY_BYTES;
export const DISTANCE_TABLE_AT = CODE_LENGTH_TABLE_AT + 2 ** CODE_LENGTH_BITS * ENTRY_BYTES;
export const LITERAL_TABLE_AT = DISTANCE_TABLE_AT + tableBytes(DISTANCE_SYMBOLS, DISTANCE_BITS);

/** Most that one step brings, and what may be left of the one before: less than the longest header of a block (563 bytes). */
export const STEP_BYTES = 128 * 1024;
const REST_BYTES = 1024;
const MARGIN_BYTES = 64;
export const INPUT_AT = LITERAL_TABLE_AT + tableBytes(LITERAL_SYMBOLS, LITERAL_BITS);
/** The last 32 KiB of what the member gave, then the output of the step. */
export const WINDOW_AT = INPUT_AT + REST_BYTES + STEP_BYTES + MARGIN_BYTES;
export const OUTPUT_AT = WINDOW_AT + WINDOW_BYTES;
export const OUTPUT_BYTES = 512 * 1024;
/** Four literals and the longest match: what is added to an output that is not at its limit. */
const MAX_ADDED_BYTES = 4 + 258;
export const OUTPUT_LIMIT = OUTPUT_AT + OUTPUT_BYTES - MAX_ADDED_BYTES;
export const MEMORY_BYTES = OUTPUT_AT + OUTPUT_BYTES + MARGIN_BYTES;
