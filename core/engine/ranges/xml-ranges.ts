/** XML, range by range: a document is cut where a row element seems to begin. */
import type { SourceSpec } from '../../spec/source-spec.ts';
import { XmlTokenizer } from '../conservation/tokenizer-xml.ts';
import type { EngineLimits } from '../limits.ts';
import type { ByteWindow, RecordSink } from '../records/record-reader.ts';
import type { XmlPlace } from '../records/xml/xml-place.ts';
import { XmlReader } from '../records/xml/xml-reader.ts';
import { isNameEnd, tagName } from '../records/xml/xml-token.ts';
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
  private readonly spec: SourceSpec;
  private readonly reader: XmlReader;

  constructor({ job, limits }: RangeContext, { sink }: ReadingTargets) {
    this.spec = job.spec;
    this.reader = new XmlReader(job.spec, limits, sink);
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
  }

  readOne(window: ByteWindow, position: number): number {
    return this.reader.readOne(window, position);
  }

  finish(window: ByteWindow, position: number): void {
    this.reader.finish(window, position);
  }

  carry(): Carry {
    return { ...NO_CARRY, xml: this.reader.place() };
  }

  scan(): RowScan | null {
    return null;
  }

  count(bytes: Uint8Array, { xml }: Carry): TokenCount {
    const tokenizer = XmlTokenizer.within(this.spec, xml?.open.length ?? 0);
    tokenizer.push(bytes);
    return { records: tokenizer.countWithin(this.reader.place().open.length), rowTags: tokenizer.rowTags };
  }
}
