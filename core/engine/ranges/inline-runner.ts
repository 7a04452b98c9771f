/** Judges ranges in this thread, one after another. */
import type { EngineLimits } from '../limits.ts';
import type { ValidationJob } from '../report.ts';
import { practiseBefore } from './practice.ts';
import { RangeJudge } from './range-judge.ts';
import type { Preamble } from './range-format.ts';
import type { RangeRunner } from './range-runner.ts';
import type { Range, RangeResult } from './range.ts';

export class InlineRunner implements RangeRunner {
  readonly maxWaiting = 0;
  private readonly job: ValidationJob;
  private readonly limits: EngineLimits;
  private readonly seed: Int32Array;
  private judge: RangeJudge | null = null;

  constructor(job: ValidationJob, limits: EngineLimits, seed: Int32Array) {
    this.seed = seed;
    this.job = job;
    this.limits = limits;
  }

  run(range: Range, preamble: Preamble): Promise<RangeResult> {
    if (this.judge === null) {
      const context = { job: this.job, limits: this.limits, preamble, seed: this.seed };
      practiseBefore(context, range);
      this.judge = new RangeJudge(context);
    }
    return Promise.resolve(this.judge.judgeRange(range));
  }

  close(): void {
    this.judge = null;
  }
}
