/** CSV, range by range. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { CsvTokenizer } from '../conservation/tokenizer-csv.ts';
import type { EngineLimits } from '../limits.ts';
import { scanDialect } from '../records/csv/csv-dialect.ts';
import { CsvExtents } from '../records/csv/csv-extents.ts';
import { CsvReader } from '../records/csv/csv-reader.ts';
import { planWithoutHeader } from '../records/csv/field-plan.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import { CsvScanRuntime } from '../scan/csv-scan-runtime.ts';
import { csvScannerParts, type CsvScannerPlan } from '../scan/csv-scanner-source.ts';
import { compileScanRules } from '../scan/rule-source.ts';
import { mayPassOver, RefusedRows } from '../scan/refused-rows.ts';
import { RowBatch } from '../scan/row-batch.ts';
import { openScanner } from '../scan/open-scanner.ts';
import { scannerPlan } from '../scan/scanner-plan.ts';
import { scanColumns } from '../scan/scan-column.ts';
import { TimeScan } from '../scan/time-scan.ts';
import { CsvRecordStarts } from './csv-record-starts.ts';
import { countOf, NO_CARRY } from './range-format.ts';
import type { Carry, Preamble, RangeFormat, RangeOpening, RangeReading, ReadingTargets, RowScan, TokenCount } from './range-format.ts';
import type { RangeContext } from './range.ts';

export const CSV_RANGES: RangeFormat = {
  open: (spec, limits, sink) => new CsvOpening(spec, limits, sink),
  read: (context, targets) => new CsvReading(context, targets),
};

class CsvOpening implements RangeOpening {
  readonly carry = NO_CARRY;
  private readonly spec: SourceSpec;
  private readonly limits: EngineLimits;
  private readonly reader: CsvReader;
  private readonly tokenizer: CsvTokenizer;
  private starts: CsvRecordStarts | null = null;

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.spec = spec;
    this.limits = limits;
    this.reader = new CsvReader(spec, limits, sink);
    this.tokenizer = new CsvTokenizer(spec);
  }

  get untoldFrom(): number | null {
    return this.reader.untoldFrom;
  }

  get lines(): number {
    return this.reader.line - 1;
  }

  get preamble(): Preamble {
    const { plan, headerFailed } = this.reader;
    return { csv: { plan, headerFailed } };
  }

  /** Skipped rows, control record and header. */
  read(window: ByteWindow): { readonly used: number; readonly done: boolean } {
    const reading = this.reader.readPreamble(window);
    this.tokenizer.push(window.bytes.subarray(0, reading.used));
    return reading;
  }

  readToEnd(window: ByteWindow): void {
    this.reader.read(window);
  }

  count(): TokenCount {
    return { records: this.tokenizer.recordsAndUnjudged(), rowTags: [] };
  }

  findStart(bytes: Buffer, target: number, last: number): number {
    this.starts ??= new CsvRecordStarts(scanDialect(this.spec.source.csv), this.reader.plan.fieldCount, this.limits);
    return this.starts.find(bytes, target, last);
  }
}

class CsvReading implements RangeReading {
  readonly followKind = 'separator';
  private readonly context: RangeContext;
  private readonly reader: CsvReader;
  private readonly extents: CsvExtents;
  private readonly scanner: RowScan | null;

  constructor(context: RangeContext, targets: ReadingTargets) {
    this.context = context;
    this.reader = new CsvReader(context.job.spec, context.limits, targets.sink);
    // The bytes of a range are in one window and stay as they are.
    this.reader.scanner.isSteady = true;
    this.extents = new CsvExtents(context.job.spec, context.limits, this.reader.scanner);
    const hasTrailer = context.job.spec.control_file?.type === 'trailer';
    const refused = mayPassOver(targets, hasTrailer) ? new RefusedRows(this.extents, targets.judge) : null;
    this.scanner = openScan(context, targets, refused);
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

  resume({ csvLine }: Carry): void {
    const { spec } = this.context.job;
    const { plan, headerFailed } = this.context.preamble.csv ?? { plan: planWithoutHeader(spec), headerFailed: false };
    this.reader.resume(plan, headerFailed, csvLine);
    this.scanner?.batch.restart();
  }

  readOne(window: ByteWindow, position: number): number {
    return this.reader.readOne(window, position);
  }

  finish(window: ByteWindow, position: number): void {
    this.reader.endLongLine(window, position);
  }

  carry(): Carry {
    return { ...NO_CARRY, csvLine: this.reader.longLine };
  }

  scan(window: ByteWindow): RowScan | null {
    this.extents.window = window;
    this.extents.fieldCount = this.reader.plan.fieldCount;
    return this.scanner;
  }

  count(bytes: Uint8Array, { csvLine }: Carry): TokenCount {
    const tokenizer = CsvTokenizer.ofRecords(this.context.job.spec, csvLine !== null);
    tokenizer.push(bytes);
    return countOf(tokenizer);
  }
}

/** null where the spec or the file is nothing for a scanner. */
function openScan(context: RangeContext, targets: ReadingTargets, refused: RefusedRows | null): RowScan | null {
  const { job, limits, preamble } = context;
  const { spec } = job;
  const { csv } = preamble;
  const columns = scanColumns(spec);
  if (columns === null || csv === null || csv.headerFailed) return null;
  const { plan } = csv;
  if (plan.kept.length > 0 || plan.fieldOf.some((field) => field < 0)) return null;
  // A field that is two columns is read once by a scanner.
  if (new Set(plan.fieldOf).size < plan.fieldOf.length) return null;
  const rules = compileScanRules(spec, columns, job.now);
  const dialect = scanDialect(spec.source.csv);
  const scanPlan = scannerPlan(spec, limits.maxRecordBytes, columns, rules, targets);
  const csvPlan: CsvScannerPlan = {
    ...scanPlan,
    fields: Array.from({ length: plan.fieldCount }, (_, field) => scanPlan.columns[plan.fieldOf.indexOf(field)] ?? null),
    dialect,
    comment: spec.source.csv.comment === null ? -1 : (Buffer.from(spec.source.csv.comment, 'utf8')[0] ?? -1),
    quotedEmptyIsNull: spec.source.csv.null_values.includes(''),
    hasTrailer: spec.control_file?.type === 'trailer',
  };
  const runtime = new CsvScanRuntime(spec, columns, rules, targets);
  runtime.dialect = dialect;
  const batch = new RowBatch(runtime, csvPlan.columns, targets, limits.maxRecordBytes);
  runtime.refused = refused;
  const times = columns.map(({ column }) => new TimeScan(column.timezone === 'UTC'));
  const run = openScanner(csvScannerParts(csvPlan), { runtime, times, kernel: batch.kernel, file: context });
  return { run, runtime, batch, times };
}
