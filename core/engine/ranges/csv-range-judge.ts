/**
 * Judges ranges of one CSV file: a generated scanner takes the rows that it can prove, the reader of whole files every
 * other one, in file order.
 */
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { ControlTotals } from '../control/control-totals.ts';
import { CsvTokenizer } from '../conservation/tokenizer-csv.ts';
import { FileJudge } from '../file-judge.ts';
import { outputColumns } from '../output-columns.ts';
import { createRecordChecker } from '../record-checker.ts';
import { scanDialect } from '../records/csv/csv-dialect.ts';
import { CsvReader } from '../records/csv/csv-reader.ts';
import { FileRules } from '../rules/file-rules.ts';
import { microsOf } from '../rules/moment.ts';
import { CsvScanRuntime } from '../scan/csv-scan-runtime.ts';
import { csvScannerSource, EXIT, type CsvScannerPlan } from '../scan/csv-scanner-source.ts';
import { compileScanRules } from '../scan/rule-source.ts';
import { scanColumns } from '../scan/scan-column.ts';
import { TimeScan } from '../scan/time-scan.ts';
import { UniqueKeys } from '../uniqueness/unique-keys.ts';
import { RangeOutput } from './range-output.ts';
import type { Range, RangeContext, RangeResult } from './range.ts';

type Scanner = (
  runtime: CsvScanRuntime,
  times: readonly TimeScan[],
  bytes: Uint8Array,
  view: DataView,
  from: number,
  stop: number,
  limit: number,
  final: boolean,
) => number;

/**
 * A scanner is called for so many bytes at once: the engine that runs it brings a function to its best form between two calls,
 * hardly ever within one.
 */
const STEP_BYTES = 64 * 1024;

interface Scan {
  readonly run: Scanner;
  readonly runtime: CsvScanRuntime;
  readonly times: readonly TimeScan[];
}

export class CsvRangeJudge {
  private readonly context: RangeContext;
  private readonly judge: FileJudge;
  private readonly output: RangeOutput;
  private readonly totals: ControlTotals;
  private readonly reader: CsvReader;
  private readonly scan: Scan | null;

  constructor(context: RangeContext) {
    const { job, limits } = context;
    const { spec, now, output_folder: folder } = job;
    this.context = context;
    this.output = new RangeOutput(outputColumns(spec), job);
    this.totals = new ControlTotals(spec);
    this.judge = new FileJudge(job, limits, {
      checker: createRecordChecker(spec, { now }),
      output: this.output,
      keys: new UniqueKeys(spec, folder, limits),
      rules: new FileRules({ spec, now: microsOf(now), folder, limits }),
      totals: this.totals,
    });
    this.reader = new CsvReader(spec, limits, this.judge);
    this.scan = openScan(context, this.output);
  }

  judgeRange(range: Range): RangeResult {
    const { reader, context } = this;
    this.output.frames.path = join(context.job.output_folder, `range-${range.number}.tmp`);
    const bytes = Buffer.from(range.bytes.buffer, range.bytes.byteOffset, range.bytes.byteLength);
    const window = { bytes: bytes.subarray(0, range.length), base: range.base, final: range.final };
    reader.resume(context.plan, context.headerFailed, range.longLine);
    this.scan?.runtime.open(bytes, range.base, range.length);
    let position = range.from;
    while (position < range.stop || (range.final && position < range.length)) {
      position = reader.longLine === null ? this.scanRows(range, bytes, position) : position;
      if (position >= range.stop && !range.final) break;
      if (position >= range.length) break;
      const next = reader.readOne(window, position);
      if (next <= position) break;
      position = next;
    }
    reader.endLongLine(window, position);
    return {
      counts: this.judge.take(),
      records: this.output.take(),
      totals: this.totals.take(),
      lines: reader.line - 1,
      end: range.base + position,
      longLine: reader.longLine,
      tokenizerRecords: this.count(bytes.subarray(range.from, position)),
    };
  }

  /** Good rows from `position` on; gives the position of the first that is for the reader, or where the range ends. */
  private scanRows(range: Range, bytes: Buffer, position: number): number {
    const { scan, judge, reader, output } = this;
    if (scan === null || this.context.headerFailed) return position;
    const { runtime } = scan;
    const { staged } = output;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = position;
    do {
      if (staged.rows === 0) staged.begin(judge.records + 1, reader.line, range.base + at);
      if (runtime.exit === EXIT.FULL) runtime.grow();
      runtime.record = judge.records;
      runtime.line = reader.line;
      const stop = Math.min(range.stop, at + STEP_BYTES);
      at = scan.run(runtime, scan.times, bytes, view, at, stop, range.length, range.final);
      judge.good += runtime.record - judge.records;
      judge.records = runtime.record;
      reader.line = runtime.line;
    } while (runtime.exit !== EXIT.GENERAL && at < range.stop);
    // A record that the reader takes has its separator in a span of its own.
    runtime.endFollows();
    return at;
  }

  private count(bytes: Uint8Array): number | null {
    const tokenizer = CsvTokenizer.ofRecords(this.context.job.spec);
    tokenizer.push(bytes);
    return tokenizer.count();
  }
}

/** null where the spec or the file is nothing for a scanner. */
function openScan({ job, limits, plan }: RangeContext, output: RangeOutput): Scan | null {
  const { spec } = job;
  const columns = scanColumns(spec);
  if (columns === null || plan.kept.length > 0 || plan.fieldOf.some((field) => field < 0)) return null;
  // A field that is two columns is read once by a scanner.
  if (new Set(plan.fieldOf).size < plan.fieldOf.length) return null;
  if (spec.validation.file_level.some(({ check }) => check.kind === 'aggregate') || spec.control_file?.totals.length) return null;
  const rules = compileScanRules(spec, columns, job.now);
  const dialect = scanDialect(spec.source.csv);
  const scannerPlan: CsvScannerPlan = {
    columns,
    fields: Array.from({ length: plan.fieldCount }, (_, field) => columns[plan.fieldOf.indexOf(field)] ?? null),
    dialect,
    comment: spec.source.csv.comment === null ? -1 : (Buffer.from(spec.source.csv.comment, 'utf8')[0] ?? -1),
    hasTrailer: spec.control_file?.type === 'trailer',
    decimalSeparator: spec.source.csv.decimal_separator,
    maxRecordBytes: limits.maxRecordBytes,
    rules,
  };
  const runtime = new CsvScanRuntime(spec, columns, rules, output.staged, (...run) => {
    output.follows(...run);
  });
  runtime.dialect = dialect;
  runtime.grow();
  const run = (compileFunction(csvScannerSource(scannerPlan)) as () => Scanner)();
  return { run, runtime, times: columns.map(({ column }) => new TimeScan(column.timezone === 'UTC')) };
}
