/** XML, range by range: a document is cut where a row element seems to begin. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { XmlTokenizer } from '../conservation/tokenizer-xml.ts';
import type { EngineLimits } from '../limits.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import type { XmlPlace } from '../records/xml/xml-place.ts';
import { XmlReader } from '../records/xml/xml-reader.ts';
import { isNameEnd, tagName } from '../records/xml/xml-token.ts';
import { decoderOf } from '../decode/charset.ts';
import { parseXmlRow } from '../records/xml/xml-row-parser.ts';
import { XmlFault } from '../records/xml/xml-tree.ts';
import { compileScanRules } from '../scan/rule-source.ts';
import { RowBatch } from '../scan/row-batch.ts';
import { openScanner } from '../scan/open-scanner.ts';
import { scannerPlan } from '../scan/scanner-plan.ts';
import { scanColumns } from '../scan/scan-column.ts';
import { TimeScan } from '../scan/time-scan.ts';
import { XmlScanRuntime } from '../scan/xml-scan-runtime.ts';
import { xmlScannerParts } from '../scan/xml-scanner-source.ts';
import { hasNil, inOrderOfRow, meansRows, xmlOrderOf, xmlShape, type XmlShape } from '../scan/xml-shape.ts';
import { LearnedScan } from './learned-scan.ts';
import { NO_CARRY } from './range-format.ts';
import type { Carry, RangeFormat, RangeOpening, RangeReading, ReadingTargets, RowScan, TokenCount } from './range-format.ts';
import type { RangeContext } from './range.ts';

export const XML_RANGES: RangeFormat = {
  open: (spec, limits, sink) => new XmlOpening(spec, limits, sink),
  read: (context, targets) => new XmlReading(context, targets),
};

/** What a reader is given where no place is known: that of a document's beginning. */
const BEGINNING: XmlPlace = {
  open: [],
  hasRoot: false,
  isFirst: true,
  isUnreadable: false,
  afterCr: false,
  long: null,
  row: null,
};

class XmlOpening implements RangeOpening {
  readonly preamble = { csv: null };
  private readonly reader: XmlReader;
  private readonly tokenizer: XmlTokenizer;
  /** '<' and the first row's tag. */
  private rowStart = Buffer.from('<');

  constructor(spec: SourceSpec, limits: EngineLimits, sink: RecordSink) {
    this.reader = new XmlReader(spec, limits, sink);
    this.tokenizer = new XmlTokenizer(spec);
  }

  get untoldFrom(): number | null {
    return this.reader.untoldFrom;
  }

  get lines(): number {
    return this.reader.stretches.line - 1;
  }

  get carry(): Carry {
    return { ...NO_CARRY, xml: this.reader.place() };
  }

  /** Declaration, root and whatever else is before the first row. */
  read(window: ByteWindow): { readonly used: number; readonly done: boolean } {
    const { used, done } = this.reader.readPreamble(window);
    this.tokenizer.push(window.bytes.subarray(0, used));
    if (done) this.rowStart = Buffer.from(`<${tagName(window.bytes, used, window.bytes.length)}`, 'latin1');
    return { used, done };
  }

  readToEnd(window: ByteWindow): void {
    this.tokenizer.push(window.bytes);
    this.reader.read(window);
  }

  count(): TokenCount {
    const { tokenizer } = this;
    return { records: tokenizer.countWithin(this.reader.place().open.length), rowTags: tokenizer.rowTags };
  }

  /** It may stand in a comment, or within another row. */
  findStart(bytes: Buffer, target: number, last: number): number {
    const { rowStart } = this;
    for (let at = bytes.indexOf(rowStart, target); at >= 0 && at <= last; at = bytes.indexOf(rowStart, at + 1)) {
      if (isNameEnd(bytes[at + rowStart.length] ?? 0)) return at;
    }
    return last;
  }
}

class XmlReading implements RangeReading {
  readonly followKind = 'markup';
  private readonly context: RangeContext;
  private readonly spec: SourceSpec;
  private readonly reader: XmlReader;
  private readonly scanner: XmlScan | null;

  constructor(context: RangeContext, targets: ReadingTargets) {
    const { job, limits } = context;
    this.context = context;
    this.spec = job.spec;
    this.reader = new XmlReader(job.spec, limits, targets.sink);
    this.scanner = openScan(context, targets);
  }

  get line(): number {
    return this.reader.stretches.line;
  }

  set line(line: number) {
    this.reader.stretches.line = line;
  }

  get isAtRecord(): boolean {
    return this.reader.isBetweenRows;
  }

  resume({ xml }: Carry, linesBefore: number): void {
    this.reader.resume(xml ?? BEGINNING, linesBefore);
    this.scanner?.learned.restart();
  }

  readOne(window: ByteWindow, position: number): number {
    const { scanner, reader } = this;
    const next = reader.readOne(window, position);
    if (scanner !== null && next > position && reader.hasReadRow) {
      scanner.learned.learn((shape) => this.shapeLike(shape, window.bytes.subarray(position, next)));
    }
    return next;
  }

  finish(window: ByteWindow, position: number): void {
    this.reader.finish(window, position);
  }

  carry(): Carry {
    return { ...NO_CARRY, xml: this.reader.place() };
  }

  scan(): RowScan | null {
    const { scanner, spec } = this;
    const { stretches, outline } = this.reader;
    if (scanner === null || outline.depth === 0) return null;
    const { scope } = outline;
    if (!meansRows(spec, scanner.learned.shape.prefix, scope)) return null;
    // What is told of other bytes comes before what the scanner tells.
    stretches.flush();
    scanner.runtime.hasNil = hasNil(scope);
    return scanner.learned.scan();
  }

  count(bytes: Uint8Array, { xml }: Carry): TokenCount {
    const tokenizer = XmlTokenizer.within(this.spec, xml?.open.length ?? 0);
    tokenizer.push(bytes);
    return { records: tokenizer.countWithin(this.reader.place().open.length), rowTags: tokenizer.rowTags };
  }

  private shapeLike(shape: XmlShape, raw: Buffer): XmlShape | null {
    const { maxDepth } = this.context.limits;
    try {
      const row = parseXmlRow(raw, { decode: decoderOf(this.spec.source.encoding), scope: this.reader.outline.scope, maxDepth });
      return inOrderOfRow(shape, row, tagName(raw, 0, raw.length));
    } catch (error) {
      if (error instanceof XmlFault) return null;
      throw error;
    }
  }
}

interface XmlScan {
  readonly runtime: XmlScanRuntime;
  readonly learned: LearnedScan<XmlShape>;
}

/** Elements that a row of a scanner is deep: itself, and what is within it. */
const FLAT_DEPTH = 2;

/** null where the spec is nothing for a scanner. */
function openScan(context: RangeContext, targets: ReadingTargets): XmlScan | null {
  const { job, limits } = context;
  const { spec } = job;
  const columns = scanColumns(spec);
  const first = xmlShape(spec);
  if (columns === null || first === null || spec.schema.some(({ type }) => type.kind === 'JSON')) return null;
  if (limits.maxDepth < FLAT_DEPTH) return null;
  const rules = compileScanRules(spec, columns, job.now);
  const plan = scannerPlan(spec, limits.maxRecordBytes, columns, rules, targets);
  const runtime = new XmlScanRuntime(spec, columns, rules, targets);
  const batch = new RowBatch(runtime, plan.columns, targets, limits.maxRecordBytes);
  const times = columns.map(({ column }) => new TimeScan(column.timezone === 'UTC'));
  const learned = new LearnedScan({
    runtime,
    batch,
    times,
    first,
    keyOf: xmlOrderOf,
    scannerOf: (shape) => openScanner(xmlScannerParts({ ...plan, shape }), { runtime, times, kernel: batch.kernel, file: context }),
  });
  return { runtime, learned };
}
