/** Who judges ranges: this thread, or worker threads. */
import type { Preamble } from './range-format.ts';
import type { Range, RangeResult } from './range.ts';

export interface RangeRunner {
  /** Ranges that may wait to be joined while the next one is filled. */
  readonly maxWaiting: number;
  run(range: Range, preamble: Preamble): Promise<RangeResult>;
  close(): void;
}
