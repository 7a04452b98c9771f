/** Why a scanner stopped. */
export const EXIT = {
  /** The next row begins at or behind `stop`. */
  STOP: 0,
  /** The row at the position that it gives needs the general reader. */
  GENERAL: 1,
  /** There is no room for another row. */
  FULL: 2,
} as const;
