/**
 * A range: a stretch of the file that begins where a record does and is judged on its own. All that it gives counts records
 * and lines from its own first, so that it does not matter who judges it, and when. Plain data: it passes between threads.
 */
import type { PartialTotals } from '../control/control-totals.ts';
import type { JudgeCounts } from '../file-judge.ts';
import type { EngineLimits } from '../limits.ts';
import type { ValidationJob } from '../report.ts';
import type { PartialFileRules } from '../rules/file-rules.ts';
import type { RepeatedKeys } from '../uniqueness/key-sets.ts';
import type { Carry, Preamble, TokenCount } from './range-format.ts';
import type { RangeRecords } from './range-output.ts';

/** What is known of a file before it is read. */
export interface FileContext {
  readonly job: ValidationJob;
  readonly limits: EngineLimits;
  /** As it is delivered. */
  readonly fileBytes: number;
  /** Of the digests of keys: random, the same for all ranges. */
  readonly seed: Int32Array;
}

/** The same for all ranges of a file. */
export interface RangeContext extends FileContext {
  readonly preamble: Preamble;
}

export interface Range {
  /** Number of the range in the file, from 0: names its temporary file. */
  readonly number: number;
  /** The first `length` bytes are of the file, the first of them at `base`; behind them stands a line feed. */
  readonly bytes: Uint8Array;
  readonly base: number;
  readonly length: number;
  /** Records that begin in [from, stop) are judged; they may go on behind `stop`. */
  readonly from: number;
  readonly stop: number;
  /** The file ends with `length`. */
  readonly final: boolean;
  /** How a reading stands at `from`. */
  readonly carry: Carry;
  /** Line ends of the file before `from`; null where they are not counted yet. */
  readonly linesBefore: number | null;
  /** Records that repeat a key, where the range is judged once more because of them; null the first time. */
  readonly repeated: readonly RepeatedKeys[] | null;
}

export interface RangeResult {
  readonly counts: JudgeCounts;
  readonly records: RangeRecords;
  readonly totals: PartialTotals;
  readonly fileRules: PartialFileRules;
  /** Line ends that went by. */
  readonly lines: number;
  /** Position behind the last byte that is accounted for: where the next record begins. */
  readonly end: number;
  /** How a reading stands at `end`. */
  readonly carry: Carry;
  readonly tokens: TokenCount;
  /** Digests of the keys of records without errors; none where it was known which repeat a key. */
  readonly digests: Int32Array<ArrayBuffer>;
}
