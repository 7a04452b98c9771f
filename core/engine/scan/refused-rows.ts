/**
 * Rows that a scanner passed over: where each stands among those that it took. They are judged by the general reader once the texts of
 * the rows before them are settled, all in one go: leaving the scanner for each would cost more than judging it.
 */
import type { RowTargets } from './row-targets.ts';

/** More are left to the reader, one by one. */
const MAX_NOTED = 1024;
/** Rows that were passed over and are good cost those behind them a second scan: so many are put up with, and then one of so many. */
const MAX_GOOD = 2;
const GOOD_SHARE = 4;

export interface RefusedRow {
  /** Rows that are staged before it. */
  readonly row: number;
  readonly position: number;
  /** Its numbers in the range. */
  readonly record: number;
  readonly line: number;
}

/** How the format's reader judges a row apart. */
export interface RefusedReading {
  /** Where the record at `position` ends, -1 where the reader must be asked for it; `passedLines` has its line ends then. */
  passOver(position: number): number;
  readonly passedLines: number;
  /** Judges the record as it would be judged on its own; false, and nothing has happened, where it is good. */
  refuse(row: RefusedRow): boolean;
}

export class RefusedRows {
  /** In file order. */
  readonly rows: RefusedRow[] = [];
  passedLines = 0;
  private readonly reading: RefusedReading;
  private judged = 0;
  private good = 0;

  constructor(reading: RefusedReading) {
    this.reading = reading;
  }

  /** A range begins. */
  restart(): void {
    this.judged = 0;
    this.good = 0;
  }

  /** Gives the position behind the row; -1 where it is for the reader, at once. */
  note(position: number, row: number, record: number, line: number): number {
    if (this.rows.length >= MAX_NOTED || (this.good > MAX_GOOD && this.good * GOOD_SHARE > this.judged)) return -1;
    const end = this.reading.passOver(position);
    if (end < 0) return -1;
    this.passedLines = this.reading.passedLines;
    this.rows.push({ row, position, record: record + 1, line });
    return end;
  }

  /** False where the row is good after all. */
  refuse(row: RefusedRow): boolean {
    const isRefused = this.reading.refuse(row);
    this.judged += 1;
    if (!isRefused) this.good += 1;
    return isRefused;
  }

  /** A staged row is gone that was behind the first `done` of those noted. */
  moveUp(done: number): void {
    for (let index = done; index < this.rows.length; index += 1) {
      const { row, ...place } = this.rows[index] as RefusedRow;
      this.rows[index] = { ...place, row: row - 1 };
    }
  }
}

/** Rows may be passed over where nothing but their own place depends on their order. */
export function mayPassOver({ keys, totals, fileRules }: RowTargets, hasTrailer: boolean): boolean {
  return keys.keys.length === 0 && totals.places.length === 0 && fileRules.columns === null && !hasTrailer;
}
