/**
 * The proof of conservation: the spans in the files that were written cover the decompressed file from its first byte to
 * its last exactly once, and the records among them are numbered 1, 2, 3 ... without a hole. Every source is read in
 * file order, so it is a merge with one span of each in memory.
 */
import type { QuarantineRecord } from '../report.ts';
import { giveBack } from '../bytes/give-back.ts';
import { ParquetFile, type IntegerPage } from '../parquet/parquet-reader.ts';
import type { FollowCursor } from './follow-log.ts';
import { readLines } from './line-file.ts';
import { SpanReader } from './span-log.ts';

/** Spans of one source in file order. */
export interface SpanCursor {
  readonly kind: string;
  readonly isRecord: boolean;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Number of the record; null where the source does not tell. */
  readonly record: number | null;
  next(): boolean;
  /**
   * Takes, besides the span at hand, all that follow it without a gap, each a record with the next number and with what `follows` says
   * behind it; stands on the last of them then. Gives their bytes. Only where many spans come one after another.
   */
  takeRun?(follows: FollowCursor | null): RunOfSpans;
  close(): void;
}

export interface RunOfSpans {
  readonly records: number;
  /** Of the records, and of what follows them. */
  readonly bytes: number;
  readonly followed: number;
}

/** What a merge gives: bytes by kind, and what is wrong, null where nothing is. */
export interface TilingResult {
  readonly fault: string | null;
  readonly bytesByKind: ReadonlyMap<string, number>;
  readonly records: number;
}

/** Merges the sources and checks that they tile [0, size); `follows` tells what stands behind records. Closes them. */
export function proveTiling(sources: readonly SpanCursor[], size: number, follows: FollowCursor | null = null): TilingResult {
  try {
    return merge(sources, size, follows);
  } finally {
    for (const source of sources) source.close();
    follows?.close();
  }
}

function merge(sources: readonly SpanCursor[], size: number, follows: FollowCursor | null): TilingResult {
  const bytes = new Map<string, number>(sources.map(({ kind }) => [kind, 0]));
  const open = sources.filter((source) => source.next());
  let position = 0;
  let records = 0;
  let followed = 0;
  while (open.length > 0) {
    const found = indexOfNext(open, position, records);
    const source = open[found];
    if (source === undefined) return { fault: faultAt(open, position, records), bytesByKind: bytes, records };
    const run = source.takeRun?.(follows) ?? oneSpan(source, records, follows);
    bytes.set(source.kind, (bytes.get(source.kind) ?? 0) + run.bytes);
    position += run.bytes + run.followed;
    records += run.records;
    followed += run.followed;
    if (!source.next()) open.splice(found, 1);
  }
  if (follows !== null && followed > 0) bytes.set(follows.kind, (bytes.get(follows.kind) ?? 0) + followed);
  const rest = follows?.unused() ?? false;
  const fault =
    position !== size
      ? `the spans end at byte ${String(position)} of ${String(size)}`
      : rest
        ? 'bytes are said to follow a record that is not there'
        : null;
  return { fault, bytesByKind: bytes, records };
}

function oneSpan(source: SpanCursor, records: number, follows: FollowCursor | null): RunOfSpans {
  if (!source.isRecord) return { records: 0, bytes: source.byteLength, followed: 0 };
  return { records: 1, bytes: source.byteLength, followed: follows?.bytesBehind(records + 1) ?? 0 };
}

/** The source whose span starts here, of two the empty one; a record must have the next number. -1 where there is none. */
function indexOfNext(open: readonly SpanCursor[], position: number, records: number): number {
  let found = -1;
  for (let index = 0; index < open.length; index += 1) {
    const source = open[index];
    if (source?.byteOffset !== position) continue;
    if (source.record !== null && source.record !== records + 1) continue;
    if (source.byteLength === 0) return index;
    found = index;
  }
  return found;
}

function faultAt(open: readonly SpanCursor[], position: number, records: number): string {
  const first = open.reduce((least, source) => (source.byteOffset < least.byteOffset ? source : least));
  const where = `byte ${String(first.byteOffset)} (${first.kind})`;
  if (first.byteOffset < position) return `${where} is covered twice: the spans before it end at ${String(position)}`;
  if (first.byteOffset > position) return `bytes ${String(position)} to ${String(first.byteOffset)} are in no span`;
  return `the record at ${where} has the number ${String(first.record)}, expected ${String(records + 1)}`;
}

/** The records of a Parquet file by their lineage columns, whose pages have the same rows. */
export class ParquetSpans implements SpanCursor {
  readonly isRecord = true;
  readonly kind: string;
  byteOffset = 0;
  byteLength = 0;
  record: number | null = 0;
  private readonly file: ParquetFile;
  private readonly offsets: NumberPages;
  private readonly lengths: NumberPages;
  private readonly records: NumberPages;

  constructor(kind: string, path: string) {
    this.kind = kind;
    this.file = new ParquetFile(path);
    this.offsets = new NumberPages(this.file.integers('_byte_offset'));
    this.lengths = new NumberPages(this.file.integers('_byte_length'));
    this.records = new NumberPages(this.file.integers('_record'));
  }

  next(): boolean {
    if (!this.offsets.next()) return false;
    // A missing number can match no position, so that it is a fault and not a zero.
    this.byteOffset = this.offsets.value();
    this.byteLength = this.lengths.next() ? this.lengths.value() : Number.NaN;
    this.record = this.records.next() ? this.records.value() : Number.NaN;
    return true;
  }

  takeRun(follows: FollowCursor | null): RunOfSpans {
    const { offsets, lengths, records } = this;
    const first = records.at;
    let bytes = 0;
    let followed = 0;
    let record = this.record ?? Number.NaN;
    let position = this.byteOffset;
    const rows = Math.min(first + MAX_RUN, offsets.page.length, lengths.page.length, records.page.length);
    let at = first;
    // Pages of one row group are cut alike; where they are not, a run is one record long.
    const together = offsets.at === first && lengths.at === first;
    for (;;) {
      const length = lengths.page[together ? at : lengths.at] as number;
      const behind = follows === null ? 0 : follows.bytesBehind(record);
      bytes += length;
      followed += behind;
      position += length + behind;
      const next = at + 1;
      if (!together || next >= rows || length === 0 || offsets.page[next] !== position || records.page[next] !== record + 1) break;
      at = next;
      record += 1;
    }
    const taken = at - first;
    for (const pages of [offsets, lengths, records]) pages.at += taken;
    return { records: taken + 1, bytes, followed };
  }

  close(): void {
    this.file.close();
  }
}

/** Short calls of one function run faster than a long one. */
const MAX_RUN = 8192;

/** The values of a column, page after page. */
class NumberPages {
  page: IntegerPage = new Float64Array(0);
  /** Index of the value at hand. */
  at = -1;
  private readonly pages: Generator<IntegerPage, void, undefined>;

  constructor(pages: Generator<IntegerPage, void, undefined>) {
    this.pages = pages;
  }

  value(): number {
    return this.page[this.at] as number;
  }

  next(): boolean {
    this.at += 1;
    while (this.at >= this.page.length) {
      const { value } = this.pages.next();
      if (value === undefined) return false;
      giveBack(this.page);
      this.page = value;
      this.at = 0;
    }
    return true;
  }
}

/** The records of a quarantine file. */
export class QuarantineSpans implements SpanCursor {
  readonly isRecord = true;
  readonly kind: string;
  byteOffset = 0;
  byteLength = 0;
  record: number | null = 0;
  private readonly lines: Generator<string, void, undefined>;

  constructor(kind: string, path: string) {
    this.kind = kind;
    this.lines = readLines(path);
  }

  next(): boolean {
    const line = this.lines.next();
    if (line.done === true) return false;
    const { byte_offset, byte_length, record } = placeOf(line.value);
    this.byteOffset = byte_offset ?? Number.NaN;
    this.byteLength = byte_length ?? Number.NaN;
    this.record = record;
    return true;
  }

  close(): void {
    this.lines.return();
  }
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
/** How a line begins: the rest of it, which may be long, need not be read for its place. */
const PLACE = new RegExp(
  `^\\{"load_id":${TEXT},"file":${TEXT},"record":(\\d+),"line":(?:\\d+|null),"byte_offset":(\\d+),"byte_length":(\\d+),`,
);

type QuarantinePlace = Pick<QuarantineRecord, 'record' | 'byte_offset' | 'byte_length'>;

function placeOf(line: string): QuarantinePlace {
  const found = PLACE.exec(line);
  if (found === null) return JSON.parse(line) as QuarantineRecord;
  return { record: Number(found[1]), byte_offset: Number(found[2]), byte_length: Number(found[3]) };
}

/** The spans of a log: bytes that are no record, or records held back. */
export class LoggedSpans implements SpanCursor {
  readonly kind: string;
  readonly isRecord: boolean;
  readonly record = null;
  private readonly reader: SpanReader;

  constructor(kind: string, path: string, isRecord: boolean) {
    this.kind = kind;
    this.isRecord = isRecord;
    this.reader = new SpanReader(path);
  }

  get byteOffset(): number {
    return this.reader.byteOffset;
  }

  get byteLength(): number {
    return this.reader.byteLength;
  }

  next(): boolean {
    return this.reader.next();
  }

  close(): void {
    this.reader.close();
  }
}
