/**
 * Feeds a file to its judges range by range, and joins what they give in file order. Where a range begins is guessed while
 * those before it are still judged; what a range gives only counts where the one before it ends at just that place, else
 * it is judged again from there. The cuts follow from the bytes alone: the same file gives the same ranges, and so the same
 * bytes, for any number of workers.
 */
import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { ControlTotals } from '../control/control-totals.ts';
import { MARK_BYTES, readMark } from '../decode/byte-order-mark.ts';
import type { FileJudge } from '../file-judge.ts';
import type { EngineLimits } from '../limits.ts';
import type { JoinedOutput } from '../output/create-file-output.ts';
import type { ValidationJob } from '../report.ts';
import type { FileRules } from '../rules/file-rules.ts';
import type { UniqueKeys } from '../uniqueness/unique-keys.ts';
import { untoldFrom, type Carry, type RangeOpening } from './range-format.ts';
import { rangeFormat } from './range-formats.ts';
import type { RangeRunner } from './range-runner.ts';
import { RangeSlot } from './range-slot.ts';
import type { Range, RangeResult } from './range.ts';

export interface RangeFeedParts {
  readonly job: ValidationJob;
  readonly limits: EngineLimits;
  readonly judge: FileJudge;
  readonly totals: ControlTotals;
  readonly fileRules: FileRules;
  readonly keys: UniqueKeys;
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
  private readonly opening: RangeOpening;
  private readonly slotBytes: number;
  private readonly waiting: Waiting[] = [];
  private slot: RangeSlot;
  /** File offset of the slot's first byte, and the place in it where the next range begins. */
  private base = 0;
  private from = 0;
  /** The first record is reached; how a reading stands there, which every range is thought to begin with. */
  private isOpen = false;
  private guess: Carry | null = null;
  private ranges = 0;
  /** Where what was joined ends, and what the range behind it must know. */
  private joinedTo = 0;
  private carry: Carry | null = null;
  private lines = 0;
  /** Bytes behind what was joined that the next range does not have. */
  private rest: Buffer | null = null;
  private tokenizerSum: number | null = 0;
  private readonly rowTags = new Set<string>();

  constructor(parts: RangeFeedParts) {
    const { job, limits, judge } = parts;
    this.parts = parts;
    this.opening = rangeFormat(job.spec.source.format).open(job.spec, limits, judge);
    this.slotBytes = limits.rangeBytes + lookaheadBytes(limits);
    this.slot = this.newSlot();
  }

  /** Where the next bytes are best read to. */
  room(): Buffer {
    return this.slot.room(this.parts.limits.chunkBytes);
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
    if (!this.isOpen) this.readPreamble(true);
    if (this.isOpen) await this.dispatch(this.slot.length, true);
    while (this.waiting.length > 0) await this.joinNext();
  }

  /** Nothing behind what came can be had: what no record was found in is named unread. */
  async abandon(): Promise<void> {
    // Fewer bytes may be a part of a mark: nothing is said of them.
    if (!this.isOpen && this.totalBytes >= MARK_BYTES) this.readPreamble(false);
    if (this.isOpen) await this.dispatch(this.slot.length, false);
    while (this.waiting.length > 0) await this.joinNext();
    const from = untoldOf(this.carry) ?? (this.isOpen ? this.joinedTo : (this.opening.untoldFrom ?? this.base + this.from));
    if (this.totalBytes > from) this.parts.judge.nonRecord('unread', from, this.totalBytes - from);
  }

  close(): void {
    this.parts.runner.close();
  }

  /** Records by the second way of counting; null where it does not apply. */
  tokenizerRecords(): number | null {
    const { records, rowTags } = this.opening.count();
    const tags = new Set([...rowTags, ...this.rowTags]);
    if (records === null || this.tokenizerSum === null || tags.size > 1) return null;
    return Math.max(0, records + this.tokenizerSum);
  }

  /** The slot is full: the range in it goes to a judge, what is behind it to the next slot. */
  private async cut(): Promise<void> {
    if (!this.isOpen) this.readPreamble(false);
    if (!this.isOpen) {
      this.dropPreamble();
      return;
    }
    const bytes = this.slot.bytes.subarray(0, this.slot.length);
    const { rangeBytes, maxRecordBytes } = this.parts.limits;
    // Behind it there must be room for a record of the greatest length.
    const last = this.slot.length - maxRecordBytes - LINE_END_BYTES;
    const stop = this.opening.findStart(bytes, Math.min(this.from + rangeBytes, last), last);
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
    const carry = this.guess ?? this.opening.carry;
    const place = { bytes: slot.bytes, base, length: slot.length, from, stop, final };
    const range: Range = { number: this.ranges, ...place, carry, linesBefore: null, repeated: null };
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
    const carry = this.carry ?? range.carry;
    const isRight = range.base + range.from === this.joinedTo && isDeepStrictEqual(carry, range.carry);
    let again = range;
    // What is wrong with the file as a whole names its line.
    if (!isRight || result.counts.fileFindings.length > 0) {
      range = this.withRest(range);
      again = { ...range, from: this.joinedTo - range.base, carry, linesBefore: this.lines };
      result = await this.runAgain(result, again);
    }
    const repeated = this.parts.keys.decide(result.digests);
    if (repeated.length > 0) result = await this.runAgain(result, { ...again, repeated });
    this.join(result);
    this.keepRest(range);
    slot.clear();
    return slot;
  }

  /** A record may need to see more than a range shows (whether it is the trailer): what is left of the range goes before the next one. */
  private keepRest({ bytes, base, stop }: Range): void {
    const end = this.joinedTo - base;
    this.rest = untoldOf(this.carry) === null && end < stop ? Buffer.from(bytes.subarray(end, stop)) : null;
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

  private join({ counts, records, totals, fileRules, lines, end, carry, tokens }: RangeResult): void {
    const { judge, output } = this.parts;
    output.join(records, judge.records, this.lines);
    judge.merge(counts, this.lines);
    this.parts.totals.merge(totals);
    this.parts.fileRules.merge(fileRules);
    this.lines += lines;
    this.joinedTo = end;
    this.carry = carry;
    this.tokenizerSum = this.tokenizerSum === null || tokens.records === null ? null : this.tokenizerSum + tokens.records;
    for (const tag of tokens.rowTags) this.rowTags.add(tag);
  }

  private runAgain(stale: RangeResult, range: Range): Promise<RangeResult> {
    const { path } = stale.records.frames;
    if (path !== null) rmSync(path);
    return this.run(range);
  }

  private run(range: Range): Promise<RangeResult> {
    const result = this.parts.runner.run(range, this.opening.preamble);
    // Looked at when its turn comes; until then a failure must not end the process.
    result.catch(() => undefined);
    return result;
  }

  /** The byte order mark, and whatever is before the first record. */
  private readPreamble(final: boolean): void {
    const { slot, opening } = this;
    if (this.base + this.from === 0) {
      const { markBytes } = readMark(slot.bytes.subarray(0, slot.length), this.parts.job.spec.source.encoding);
      this.parts.judge.nonRecord('bom', 0, markBytes);
      this.from = markBytes;
    }
    const window = { bytes: slot.bytes.subarray(this.from, slot.length), base: this.base + this.from, final };
    const { used, done } = opening.read(window);
    this.from += used;
    if (done) {
      this.isOpen = true;
      this.guess = opening.carry;
      this.joinedTo = this.base + this.from;
      this.lines = opening.lines;
    } else if (final) {
      opening.readToEnd({ bytes: slot.bytes.subarray(this.from, slot.length), base: this.base + this.from, final });
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

function untoldOf(carry: Carry | null): number | null {
  return carry === null ? null : untoldFrom(carry);
}

/** Bytes behind a range that its last record may go on in. */
function lookaheadBytes({ maxRecordBytes, rangeBytes }: EngineLimits): number {
  return 2 * maxRecordBytes + Math.min(rangeBytes, 4096);
}
