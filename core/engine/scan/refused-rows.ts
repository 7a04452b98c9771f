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
const NUMBERS = 4;

export interface RefusedRow {
  /** Rows that are staged before it. */
  readonly row: number;
  readonly position: number;
  /** Its numbers in the range. */
  readonly record: number;
  readonly line: number;
}

/** Where the rows of a format end. */
export interface RowEnds {
  /** Behind the record at `position`, -1 where the reader must be asked for it; `passedLines` has its line ends then. */
  endOf(position: number): number;
  readonly passedLines: number;
}

export interface RefusedRowJudge {
  /** Judges one record by the general reader, as it would be judged on its own; false, and nothing has happened, where it is good. */
  refuse(row: RefusedRow): boolean;
}

export class RefusedRows {
  /** Rows that are noted, in file order. */
  count = 0;
  passedLines = 0;
  private readonly ends: RowEnds;
  private readonly judge: RefusedRowJudge;
  /**
   * Four numbers a noted row: those of RefusedRow, in its order. A list of objects would be another kind of array once it holds one,
   * and a scanner that was compiled for the one kind has to be compiled again for the other, file after file.
   */
  private readonly numbers = new Int32Array(MAX_NOTED * NUMBERS);
  private judged = 0;
  private good = 0;

  constructor(ends: RowEnds, judge: RefusedRowJudge) {
    this.ends = ends;
    this.judge = judge;
  }

  /** A range begins. */
  restart(): void {
    this.judged = 0;
    this.good = 0;
  }

  /** Gives the position behind the row; -1 where it is for the reader, at once. */
  note(position: number, row: number, record: number, line: number): number {
    if (this.count >= MAX_NOTED || (this.good > MAX_GOOD && this.good * GOOD_SHARE > this.judged)) return -1;
    const end = this.ends.endOf(position);
    if (end < 0) return -1;
    this.passedLines = this.ends.passedLines;
    const { numbers } = this;
    const at = this.count * NUMBERS;
    numbers[at] = row;
    numbers[at + 1] = position;
    numbers[at + 2] = record + 1;
    numbers[at + 3] = line;
    this.count += 1;
    return end;
  }

  /** Rows that are staged before the noted row of this place. */
  rowOf(place: number): number {
    return this.numbers[place * NUMBERS] as number;
  }

  at(place: number): RefusedRow {
    const { numbers } = this;
    const from = place * NUMBERS;
    return {
      row: numbers[from] as number,
      position: numbers[from + 1] as number,
      record: numbers[from + 2] as number,
      line: numbers[from + 3] as number,
    };
  }

  /** False where the row is good after all. */
  refuse(row: RefusedRow): boolean {
    const isRefused = this.judge.refuse(row);
    this.judged += 1;
    if (!isRefused) this.good += 1;
    return isRefused;
  }

  /** A staged row is gone that was behind the first `done` of those noted. */
  moveUp(done: number): void {
    for (let place = done; place < this.count; place += 1) this.numbers[place * NUMBERS] = this.rowOf(place) - 1;
  }

  clear(): void {
    this.count = 0;
  }
}

/** Rows may be passed over where nothing but their own place depends on their order. */
export function mayPassOver({ keys, totals, fileRules }: RowTargets, hasTrailer: boolean): boolean {
  return keys.keys.length === 0 && totals.places.length === 0 && fileRules.columns === null && !hasTrailer;
}
