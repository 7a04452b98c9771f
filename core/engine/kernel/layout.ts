/** Where things stand in the memory of a kernel; the places of columns and of the input follow from how many columns there are. */

/** Rows that are judged at once, at most. */
export const BATCH_ROWS = 4096;

/** lookUp() leaves the number of its places here. */
export const COUNT_AT = 0;
/** 32 bytes of ones, then 32 of zeros. */
export const MASKS_AT = 64;
const MASKS_BYTES = 64;
export const PLACES_AT = MASKS_AT + MASKS_BYTES;
export const NULLS_AT = PLACES_AT + BATCH_ROWS * 2;
export const OFFSETS_AT = NULLS_AT + BATCH_ROWS * 4;
export const LENGTHS_AT = OFFSETS_AT + BATCH_ROWS * 4;
export const HASHES_AT = LENGTHS_AT + BATCH_ROWS * 4;
export const COLUMNS_AT = HASHES_AT + BATCH_ROWS * 8;

/** Of one column. */
export const SLOTS = 65_536;
/** Places from here on are not in a table. */
export const MAX_PLACES = 32_767;
/** Longer texts are not in a table. */
export const MAX_TEXT_BYTES = 31;
const NOTES_BYTES = BATCH_ROWS * 8;
const SLOTS_BYTES = SLOTS * 2;
export const COLUMN = { notes: 0, slots: NOTES_BYTES, entries: NOTES_BYTES + SLOTS_BYTES } as const;
export const COLUMN_BYTES = NOTES_BYTES + SLOTS_BYTES + (MAX_PLACES + 1) * 32;
