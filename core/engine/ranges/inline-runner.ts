/** Judges ranges in this thread, one after another. */
import { RangeJudge } from './range-judge.ts';
import type { Preamble } from './range-format.ts';
import type { RangeRunner } from './range-runner.ts';
import type { FileContext, Range, RangeResult } from './range.ts';

export class InlineRunner implements RangeRunner {
  readonly maxWaiting = 0;
  private readonly file: FileContext;
  private judge: RangeJudge | null = null;

  constructor(file: FileContext) {
    this.file = file;
  }

  run(range: Range, preamble: Preamble): Promise<RangeResult> {
    this.judge ??= new RangeJudge({ ...this.file, preamble });
    return Promise.resolve(this.judge.judgeRange(range));
  }

  close(): void {
    this.judge = null;
  }
}
