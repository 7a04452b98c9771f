/** Where things stand in the memory of a kernel; the places of columns and of the input follow from how many columns there are. */

/** Rows that are judged at once, at most. */
export const BATCH_ROWS = 4096;

/** What functions give besides their result. */
export const FIRST_RESULT_AT = 0;
export const SECOND_RESULT_AT = 4;
/** 32 bytes of ones, then 32 of zeros. */
export const MASKS_AT = 64;
const MASKS_BYTES = 64;
export const PLACES_AT = MASKS_AT + MASKS_BYTES;
export const NULLS_AT = PLACES_AT + BATCH_ROWS * 2;
/** Two words each. One more is written than there are. */
export const MISSES_AT = NULLS_AT + BATCH_ROWS * 4;
export const OFFSETS_AT = MISSES_AT + (BATCH_ROWS + 1) * 8;
export const LENGTHS_AT = OFFSETS_AT + BATCH_ROWS * 4;
export const HASHES_AT = LENGTHS_AT + BATCH_ROWS * 4;
/** Texts that got a place, each behind its length. */
export const DICTIONARY_AT = HASHES_AT + BATCH_ROWS * 8;
/** Longer texts are not in a table. */
export const MAX_TEXT_BYTES = 31;
const VECTORS_BYTES = 32;
export const COLUMNS_AT = DICTIONARY_AT + BATCH_ROWS * (4 + MAX_TEXT_BYTES) + VECTORS_BYTES;

/** Of one column. */
export const SLOTS = 65_536;
/** Texts of higher numbers are not in a table. */
export const MAX_ENTRIES = 32_767;
const NOTES_BYTES = BATCH_ROWS * 8;
const SLOTS_BYTES = SLOTS * 2;
const STAMPS_BYTES = (MAX_ENTRIES + 1) * 4;
const ENTRIES_AT = NOTES_BYTES + SLOTS_BYTES + STAMPS_BYTES;
/** The first stamp and the first entry are of what is not there. */
export const COLUMN = { notes: 0, slots: NOTES_BYTES, stamps: NOTES_BYTES + SLOTS_BYTES, entries: ENTRIES_AT } as const;
export const COLUMN_BYTES = ENTRIES_AT + (MAX_ENTRIES + 1) * VECTORS_BYTES;
