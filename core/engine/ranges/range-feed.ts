/**
 * Feeds a CSV file to its judges range by range, and joins what they give in file order. Where a range begins is guessed while
 * those before it are still judged; what a range gives only counts where the one before it ends at just that place, else
 * it is judged again from there. The cuts follow from the bytes alone: the same file gives the same ranges, and so the same
 * bytes, for any number of workers.
 */
import { rmSync } from 'node:fs';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { CsvTokenizer } from '../conservation/tokenizer-csv.ts';
import type { ControlTotals } from '../control/control-totals.ts';
import { readMark } from '../decode/byte-order-mark.ts';
import type { FileJudge } from '../file-judge.ts';
import type { EngineLimits } from '../limits.ts';
import type { JoinedOutput } from '../output/create-file-output.ts';
import { scanDialect } from '../records/csv/csv-dialect.ts';
import { CsvReader, type LongLine } from '../records/csv/csv-reader.ts';
import type { ValidationJob } from '../report.ts';
import { RecordStarts } from './find-record-start.ts';
import type { RangeRunner } from './range-runner.ts';
import { RangeSlot } from './range-slot.ts';
import type { Range, RangeResult } from './range.ts';

export interface RangeFeedParts {
  readonly job: ValidationJob;
  readonly limits: EngineLimits;
  readonly judge: FileJudge;
  readonly totals: ControlTotals;
  readonly output: JoinedOutput;
  readonly runner: RangeRunner;
  /** Bytes of the file, about: how much memory a slot takes at first. */
  readonly expectedBytes: number;
}

interface Waiting {
  readonly slot: RangeSlot;
  readonly range: Range;
  readonly result: Promise<RangeResult>;
}

export class RangeFeed {
  totalBytes = 0;
  private readonly parts: RangeFeedParts;
  private readonly spec: SourceSpec;
  private readonly reader: CsvReader;
  private readonly preamble: CsvTokenizer;
  private readonly slotBytes: number;
  private readonly waiting: Waiting[] = [];
  private slot: RangeSlot;
  /** File offset of the slot's first byte, and the place in it where the next range begins. */
  private base = 0;
  private from = 0;
  private starts: RecordStarts | null = null;
  private ranges = 0;
  /** Where what was joined ends, and what the range behind it must know. */
  private joinedTo = 0;
  private longLine: LongLine | null = null;
  private lines = 0;
  /** Bytes behind what was joined that the next range does not have. */
  private rest: Buffer | null = null;
  private tokenizerSum: number | null = 0;

  constructor(parts: RangeFeedParts) {
    const { job, limits, judge } = parts;
    this.parts = parts;
    this.spec = job.spec;
    this.reader = new CsvReader(job.spec, limits, judge);
    this.preamble = new CsvTokenizer(job.spec);
    this.slotBytes = limits.rangeBytes + lookaheadBytes(limits);
    this.slot = this.newSlot();
  }

  async write(chunk: Buffer): Promise<void> {
    this.totalBytes += chunk.length;
    let rest = chunk;
    while (rest.length > 0) {
      rest = rest.subarray(this.slot.append(rest));
      if (this.slot.isFull) await this.cut();
    }
  }

  /** The file ends here. */
  async end(): Promise<void> {
    this.slot.seal();
    if (this.starts === null) this.readPreamble(true);
    if (this.starts !== null) await this.dispatch(this.slot.length, true);
    while (this.waiting.length > 0) await this.joinNext();
  }

  /** Nothing behind what came can be had: what no record was found in is named unread. */
  async abandon(): Promise<void> {
    if (this.starts === null) this.readPreamble(false);
    if (this.starts !== null) await this.dispatch(this.slot.length, false);
    while (this.waiting.length > 0) await this.joinNext();
    const from = this.longLine?.byteOffset ?? (this.starts === null ? (this.reader.untoldFrom ?? this.base + this.from) : this.joinedTo);
    if (this.totalBytes > from) this.parts.judge.nonRecord('unread', from, this.totalBytes - from);
  }

  close(): void {
    this.parts.runner.close();
  }

  /** Records by the second way of counting; null where it does not apply. */
  tokenizerRecords(): number | null {
    const before = this.preamble.recordsAndUnjudged();
    if (before === null || this.tokenizerSum === null) return null;
    return Math.max(0, before + this.tokenizerSum);
  }

  /** The slot is full: the range in it goes to a judge, what is behind it to the next slot. */
  private async cut(): Promise<void> {
    if (this.starts === null) this.readPreamble(false);
    if (this.starts === null) {
      this.dropPreamble();
      return;
    }
    const bytes = this.slot.bytes.subarray(0, this.slot.length);
    const { rangeBytes, maxRecordBytes } = this.parts.limits;
    // Behind it there must be room for a record of the greatest length.
    const last = this.slot.length - maxRecordBytes - LINE_END_BYTES;
    const stop = this.starts.find(bytes, Math.min(this.from + rangeBytes, last), last);
    const tail = this.slot.length - stop;
    const { slot } = this;
    const next = await this.dispatch(stop, false);
    next.append(slot.bytes.subarray(stop, stop + tail));
    this.base += stop;
    this.from = 0;
    this.slot = next;
  }

  /** Hands the slot's range to a judge; gives a slot that is free. */
  private async dispatch(stop: number, final: boolean): Promise<RangeSlot> {
    const { slot, base, from } = this;
    slot.seal();
    const range: Range = { number: this.ranges, bytes: slot.bytes, base, length: slot.length, from, stop, final, longLine: null };
    this.ranges += 1;
    this.waiting.push({ slot, range, result: this.run(range) });
    if (this.waiting.length > this.parts.runner.maxWaiting) return await this.joinNext();
    return this.newSlot();
  }

  /** Joins the first range that waits; gives its slot, which nobody reads any more. */
  private async joinNext(): Promise<RangeSlot> {
    const next = this.waiting.shift();
    if (next === undefined) throw new RangeError('no range waits');
    const { slot } = next;
    let { range } = next;
    let result = await next.result;
    if (range.base + range.from !== this.joinedTo || this.longLine !== null) {
      const { path } = result.records.frames;
      if (path !== null) rmSync(path);
      range = this.withRest(range);
      result = await this.run({ ...range, from: this.joinedTo - range.base, longLine: this.longLine });
    }
    this.join(result);
    this.keepRest(range);
    slot.clear();
    return slot;
  }

  /** A record may need to see more than a range shows (whether it is the trailer): what is left of the range goes before the next one. */
  private keepRest({ bytes, base, stop }: Range): void {
    const end = this.joinedTo - base;
    this.rest = this.longLine === null && end < stop ? Buffer.from(bytes.subarray(end, stop)) : null;
  }

  private withRest(range: Range): Range {
    const { rest } = this;
    if (rest === null) return range;
    const slot = new RangeSlot(rest.length + range.length, rest.length + range.length);
    slot.append(rest);
    slot.append(Buffer.from(range.bytes.buffer, range.bytes.byteOffset, range.length));
    slot.seal();
    return { ...range, bytes: slot.bytes, base: range.base - rest.length, length: slot.length, stop: range.stop + rest.length };
  }

  private join({ counts, records, totals, lines, end, longLine, tokenizerRecords }: RangeResult): void {
    const { judge, output } = this.parts;
    output.join(records, judge.records, this.lines);
    judge.merge(counts, this.lines);
    this.parts.totals.merge(totals);
    this.lines += lines;
    this.joinedTo = end;
    this.longLine = longLine;
    this.tokenizerSum = this.tokenizerSum === null || tokenizerRecords === null ? null : this.tokenizerSum + tokenizerRecords;
  }

  private run(range: Range): Promise<RangeResult> {
    const result = this.parts.runner.run(range, this.reader.plan, this.reader.headerFailed);
    // Looked at when its turn comes; until then a failure must not end the process.
    result.catch(() => undefined);
    return result;
  }

  /** Mark, skipped rows, control record and header; `starts` tells that the first record is reached. */
  private readPreamble(final: boolean): void {
    const { slot, reader } = this;
    if (this.base + this.from === 0) {
      const { markBytes } = readMark(slot.bytes.subarray(0, slot.length), this.spec.source.encoding);
      this.parts.judge.nonRecord('bom', 0, markBytes);
      this.from = markBytes;
    }
    const window = { bytes: slot.bytes.subarray(this.from, slot.length), base: this.base + this.from, final };
    const { used, done } = reader.readPreamble(window);
    this.preamble.push(window.bytes.subarray(0, used));
    this.from += used;
    if (done) {
      this.starts = new RecordStarts(scanDialect(this.spec.source.csv), reader.plan.fieldCount, this.parts.limits);
      this.joinedTo = this.base + this.from;
      this.lines = reader.line - 1;
    } else if (final) {
      reader.read({ bytes: slot.bytes.subarray(this.from, slot.length), base: this.base + this.from, final });
      this.from = slot.length;
    }
  }

  /** A preamble that is longer than a slot: what was read of it is no longer needed. */
  private dropPreamble(): void {
    const rest = Buffer.from(this.slot.bytes.subarray(this.from, this.slot.length));
    this.base += this.from;
    this.from = 0;
    this.slot.clear();
    this.slot.append(rest);
  }

  private newSlot(): RangeSlot {
    return new RangeSlot(this.parts.expectedBytes, this.slotBytes);
  }
}

const LINE_END_BYTES = 2;

/** Bytes behind a range that its last record may go on in. */
function lookaheadBytes(limits: EngineLimits): number {
  return 2 * limits.maxRecordBytes + 4096;
}
