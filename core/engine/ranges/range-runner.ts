/** Who judges ranges: this thread, or worker threads. */
import type { FieldPlan } from '../records/csv/field-plan.ts';
import type { Range, RangeResult } from './range.ts';

export interface RangeRunner {
  /** Ranges that may wait to be joined while the next one is filled. */
  readonly maxWaiting: number;
  run(range: Range, plan: FieldPlan, headerFailed: boolean): Promise<RangeResult>;
  close(): void;
}
