/** Judges ranges in this thread, one after another. */
import type { EngineLimits } from '../limits.ts';
import type { FieldPlan } from '../records/csv/field-plan.ts';
import type { ValidationJob } from '../report.ts';
import { CsvRangeJudge } from './csv-range-judge.ts';
import type { RangeRunner } from './range-runner.ts';
import type { Range, RangeResult } from './range.ts';

export class InlineRunner implements RangeRunner {
  readonly maxWaiting = 0;
  private readonly job: ValidationJob;
  private readonly limits: EngineLimits;
  private readonly seed: Int32Array;
  private judge: CsvRangeJudge | null = null;

  constructor(job: ValidationJob, limits: EngineLimits, seed: Int32Array) {
    this.seed = seed;
    this.job = job;
    this.limits = limits;
  }

  run(range: Range, plan: FieldPlan, headerFailed: boolean): Promise<RangeResult> {
    const context = { job: this.job, limits: this.limits, plan, headerFailed, seed: this.seed };
    this.judge ??= new CsvRangeJudge(context);
    return Promise.resolve(this.judge.judgeRange(range));
  }

  close(): void {
    this.judge = null;
  }
}
