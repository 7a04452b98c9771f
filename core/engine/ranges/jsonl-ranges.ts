/** JSON Lines, range by range. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { JsonlTokenizer } from '../conservation/tokenizer-jsonl.ts';
import type { EngineLimits } from '../limits.ts';
import { JsonlReader } from '../records/json/jsonl-reader.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import { countOf, NO_CARRY } from './range-format.ts';
import type { Carry, RangeFormat, RangeOpening, RangeReading, ReadingTargets, RowScan, TokenCount } from './range-format.ts';
import type { RangeContext } from './range.ts';

export const JSONL_RANGES: RangeFormat = {
  open: (spec, limits, sink) => new JsonlOpening(spec, limits, sink),
  read: (context, targets) => new JsonlReading(context, targets),
};

const LF = 10;

/** The first line is the first record's, or is blank: a reading may begin at once. */
class JsonlOpening implements RangeOpening {
  readonly lines = 0;
  readonly preamble = { csv: null };
  readonly carry = NO_CARRY;
  private readonly reader: JsonlReader;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.reader = new JsonlReader(spec, limits, sink);
  }

  get untoldFrom(): number | null {
    return this.reader.untoldFrom;
  }

  read(): { readonly used: number; readonly done: boolean } {
    return { used: 0, done: true };
  }

  readToEnd(window: ByteWindow): void {
    this.reader.read(window);
  }

  count(): TokenCount {
    return { records: 0, rowTags: [] };
  }

  /** A line feed always ends a line. */
  findStart(bytes: Buffer, target: number, last: number): number {
    const start = bytes.indexOf(LF, target - 1) + 1;
    return start === 0 || start > last ? last : start;
  }
}

class JsonlReading implements RangeReading {
  readonly followKind = 'separator';
  private readonly reader: JsonlReader;

  constructor({ job, limits }: RangeContext, { sink }: ReadingTargets) {
    this.reader = new JsonlReader(job.spec, limits, sink);
  }

  get line(): number {
    return this.reader.line;
  }

  set line(line: number) {
    this.reader.line = line;
  }

  get isAtRecord(): boolean {
    return this.reader.longLine === null;
  }

  resume({ jsonLine }: Carry): void {
    this.reader.resume(jsonLine);
  }

  readOne(window: ByteWindow, position: number): number {
    return this.reader.readOne(window, position);
  }

  finish(window: ByteWindow, position: number): void {
    this.reader.endLongLine(window, position);
  }

  carry(): Carry {
    return { ...NO_CARRY, jsonLine: this.reader.longLine };
  }

  scan(): RowScan | null {
    return null;
  }

  count(bytes: Uint8Array): TokenCount {
    const tokenizer = new JsonlTokenizer();
    tokenizer.push(bytes);
    return countOf(tokenizer);
  }
}
