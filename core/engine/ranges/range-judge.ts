/**
 * Judges ranges of one file: a generated scanner takes the rows that it can prove, the format's reader of whole files every
 * other one, in file order.
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { isCountedTwice } from '../conservation/tokenizer.ts';
import { ControlTotals } from '../control/control-totals.ts';
import { FileJudge } from '../file-judge.ts';
import type { EngineLimits } from '../limits.ts';
import { outputColumns } from '../output-columns.ts';
import type { StagedRows } from '../output/staged-rows.ts';
import { createRecordChecker, type RecordChecker } from '../record-checker.ts';
import type { ByteWindow } from '../records/record-reader.ts';
import { FileRules } from '../rules/file-rules.ts';
import { microsOf } from '../rules/moment.ts';
import type { RefusedRow, RefusedRowJudge } from '../scan/refused-rows.ts';
import type { ScanMemory } from '../scan/row-targets.ts';
import { EXIT } from '../scan/scan-exit.ts';
import { RangeKeys } from '../uniqueness/range-keys.ts';
import { NOT_COUNTED, type RangeReading } from './range-format.ts';
import { rangeFormat } from './range-formats.ts';
import { RangeOutput } from './range-output.ts';
import type { Range, RangeContext, RangeResult } from './range.ts';

/** What is of use for the next file of the same spec: buffers that are large enough, and texts that were found good. */
export interface JudgeMemory {
  readonly spec: SourceSpec;
  readonly limits: EngineLimits;
  readonly staged: StagedRows;
  readonly scan: ScanMemory;
  readonly checker: RecordChecker;
}

export class RangeJudge implements RefusedRowJudge {
  private readonly context: RangeContext;
  private readonly checker: RecordChecker;
  private readonly judge: FileJudge;
  private readonly output: RangeOutput;
  private readonly totals: ControlTotals;
  private readonly fileRules: FileRules;
  private readonly keys: RangeKeys;
  private readonly reading: RangeReading;
  private readonly scanMemory: ScanMemory;
  private window: ByteWindow = { bytes: Buffer.alloc(0), base: 0, final: false };

  /** `memory` of a file before this one is used where that was of the same spec. What a range becomes does not depend on it. */
  constructor(context: RangeContext, memory: JudgeMemory | null = null) {
    const { job, limits } = context;
    const { spec, now } = job;
    const kept = memory !== null && isDeepStrictEqual([memory.spec, memory.limits], [spec, limits]) ? memory : null;
    this.context = context;
    this.output = new RangeOutput(outputColumns(spec), job, kept?.staged ?? null);
    this.scanMemory = kept?.scan ?? { tables: null };
    this.checker = kept?.checker ?? createRecordChecker(spec, { now });
    this.checker.at(now);
    this.totals = new ControlTotals(spec);
    this.fileRules = new FileRules({ spec, now: microsOf(now), seed: context.seed, distinct: null });
    this.keys = new RangeKeys(spec, context.seed);
    this.judge = new FileJudge(job, limits, {
      checker: this.checker,
      output: this.output,
      keys: this.keys,
      rules: this.fileRules,
      totals: this.totals,
    });
    this.reading = rangeFormat(spec.source.format).read(context, {
      sink: this.judge,
      staged: this.output.staged,
      memory: this.scanMemory,
      keys: this.keys,
      totals: this.totals,
      fileRules: this.fileRules,
      judge: this,
      onFollows: (...run) => {
        this.output.follows(...run);
      },
    });
    this.output.followKind = this.reading.followKind;
  }

  /** For the next file, once the last range is judged; null where no scanner could be made: its tables begin without a text. */
  memory(): JudgeMemory | null {
    const { job, limits } = this.context;
    return this.scanMemory.tables === null
      ? null
      : { spec: job.spec, limits, staged: this.output.staged, scan: this.scanMemory, checker: this.checker };
  }

  judgeRange(range: Range): RangeResult {
    const { reading, context } = this;
    this.output.frames.path = join(context.job.output_folder, `range-${range.number}.tmp`);
    const bytes = Buffer.from(range.bytes.buffer, range.bytes.byteOffset, range.bytes.byteLength);
    const window = { bytes: bytes.subarray(0, range.length), base: range.base, final: range.final };
    this.window = window;
    this.keys.begin(range.repeated);
    reading.resume(range.carry, range.linesBefore ?? 0);
    let position = range.from;
    while (position < range.stop || (range.final && position < range.length)) {
      position = reading.isAtRecord ? this.scanRows(range, window, bytes, position) : position;
      if (position >= range.stop && !range.final) break;
      if (position >= range.length) break;
      const next = reading.readOne(window, position);
      if (next <= position) break;
      position = next;
    }
    reading.finish(window, position);
    const counts = this.judge.take();
    const codes = new Map(counts.byCode);
    return {
      counts,
      records: this.output.take(),
      totals: this.totals.take(),
      fileRules: this.fileRules.take(),
      lines: reading.line - 1,
      end: range.base + position,
      carry: reading.carry(),
      digests: this.keys.take(),
      tokens: isCountedTwice((code) => codes.has(code)) ? reading.count(bytes.subarray(range.from, position), range.carry) : NOT_COUNTED,
    };
  }

  refuse({ position, record, line }: RefusedRow): boolean {
    const { judge, reading, window } = this;
    judge.records = record - 1;
    reading.line = line;
    judge.beginProbe();
    const next = reading.readOne(window, position);
    return judge.endProbe() && next > position;
  }

  /** Good rows from `position` on; gives the position of the first that is for the reader, or where the range ends. */
  private scanRows(range: Range, window: ByteWindow, bytes: Buffer, position: number): number {
    const { judge, reading, output } = this;
    const scan = reading.scan(window);
    if (scan === null) return position;
    const { runtime, batch } = scan;
    const { staged } = output;
    runtime.open(bytes, range.base, range.length);
    let at = position;
    do {
      if (staged.rows === 0) staged.begin(judge.records + 1, reading.line, range.base + at);
      batch.begin(at);
      const rows = staged.rows;
      runtime.record = judge.records;
      runtime.line = reading.line;
      const stop = Math.min(range.stop, at + batch.stepBytes);
      let reached = at;
      for (let next = at; next >= 0; next = batch.passOver(reached)) {
        reached = scan.run(runtime, scan.times, bytes, runtime.view, next, stop, range.length, range.final);
      }
      at = batch.end(reached);
      judge.good += staged.rows - rows;
      judge.records = runtime.record;
      reading.line = runtime.line;
    } while (runtime.exit !== EXIT.GENERAL && at < range.stop);
    // A record that the reader takes has what follows it in a span of its own.
    batch.endFollows();
    return at;
  }
}
