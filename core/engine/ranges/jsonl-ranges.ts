/** JSON Lines, range by range. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { JsonlTokenizer } from '../conservation/tokenizer-jsonl.ts';
import type { EngineLimits } from '../limits.ts';
import { JsonlReader } from '../records/json/jsonl-reader.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import { parseJson } from '../records/json/json-parser.ts';
import { decoderOf } from '../decode/charset.ts';
import { JsonFault } from '../records/json/json-tree.ts';
import { JsonScanRuntime } from '../scan/json-scan-runtime.ts';
import { jsonScannerParts } from '../scan/json-scanner-source.ts';
import { inOrderOf, jsonShape, orderOf, type JsonShape } from '../scan/json-shape.ts';
import { compileScanRules } from '../scan/rule-source.ts';
import { RowBatch } from '../scan/row-batch.ts';
import { openScanner } from '../scan/open-scanner.ts';
import { scannerPlan } from '../scan/scanner-plan.ts';
import { scanColumns } from '../scan/scan-column.ts';
import { TimeScan } from '../scan/time-scan.ts';
import { LearnedScan } from './learned-scan.ts';
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
  private readonly context: RangeContext;
  private readonly reader: JsonlReader;
  private readonly scanner: LearnedScan<JsonShape> | null;

  constructor(context: RangeContext, targets: ReadingTargets) {
    this.context = context;
    this.reader = new JsonlReader(context.job.spec, context.limits, targets.sink);
    this.scanner = openScan(context, targets);
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
    this.scanner?.restart();
  }

  readOne(window: ByteWindow, position: number): number {
    const next = this.reader.readOne(window, position);
    if (this.isAtRecord) this.scanner?.learn((shape) => this.shapeLike(shape, window.bytes.subarray(position, next)));
    return next;
  }

  finish(window: ByteWindow, position: number): void {
    this.reader.endLongLine(window, position);
  }

  carry(): Carry {
    return { ...NO_CARRY, jsonLine: this.reader.longLine };
  }

  scan(): RowScan | null {
    return this.scanner?.scan() ?? null;
  }

  count(bytes: Uint8Array): TokenCount {
    const tokenizer = new JsonlTokenizer();
    tokenizer.push(bytes);
    return countOf(tokenizer);
  }

  private shapeLike(shape: JsonShape, line: Buffer): JsonShape | null {
    const { job, limits } = this.context;
    try {
      return inOrderOf(shape, parseJson(line.toString('latin1'), decoderOf(job.spec.source.encoding), limits.maxDepth));
    } catch (error) {
      if (error instanceof JsonFault) return null;
      throw error;
    }
  }
}

/** null where the spec is nothing for a scanner. */
function openScan(context: RangeContext, targets: ReadingTargets): LearnedScan<JsonShape> | null {
  const { job, limits } = context;
  const { spec } = job;
  const columns = scanColumns(spec);
  const first = jsonShape(spec);
  // A column of JSON is the source of its value, whatever that is.
  if (columns === null || first === null || spec.schema.some(({ type }) => type.kind === 'JSON')) return null;
  const rules = compileScanRules(spec, columns, job.now);
  const plan = scannerPlan(spec, limits.maxRecordBytes, columns, rules, targets);
  const runtime = new JsonScanRuntime(spec, columns, rules, targets);
  const batch = new RowBatch(runtime, plan.columns, targets, limits.maxRecordBytes);
  const times = columns.map(({ column }) => new TimeScan(column.timezone === 'UTC'));
  return new LearnedScan({
    runtime,
    batch,
    times,
    first,
    keyOf: orderOf,
    scannerOf: (shape) => openScanner(jsonScannerParts({ ...plan, shape }), { runtime, times, kernel: batch.kernel, file: context }),
  });
}
