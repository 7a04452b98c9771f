/**
 * The proof of conservation: the spans in the files that were written cover the decompressed file from its first byte to
 * its last exactly once, and the records among them are numbered 1, 2, 3 ... without a hole. Every source is read in
 * file order, so it is a merge with one span of each in memory.
 */
import type { QuarantineRecord } from '../report.ts';
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
  close(): void;
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
    let length = 0;
    // One source after the other mostly: as long as it goes on here, nobody else is asked.
    do {
      length += source.byteLength;
      position += source.byteLength;
      if (source.isRecord) {
        records += 1;
        const behind = follows === null ? 0 : follows.bytesBehind(records);
        followed += behind;
        position += behind;
      }
      if (!source.next()) {
        open.splice(found, 1);
        break;
      }
    } while (source.isRecord && source.byteLength > 0 && source.byteOffset === position && source.record === records + 1);
    bytes.set(source.kind, (bytes.get(source.kind) ?? 0) + length);
  }
  if (followed > 0) bytes.set('separator', (bytes.get('separator') ?? 0) + followed);
  const rest = follows?.unused() ?? false;
  const fault =
    position !== size
      ? `the spans end at byte ${String(position)} of ${String(size)}`
      : rest
        ? 'bytes are said to follow a record that is not there'
        : null;
  return { fault, bytesByKind: bytes, records };
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

/** The records of a Parquet file by their lineage columns. */
export class ParquetSpans implements SpanCursor {
  readonly isRecord = true;
  readonly kind: string;
  byteOffset = 0;
  byteLength = 0;
  record: number | null = 0;
  private readonly file: ParquetFile;
  private readonly offsets: NumberCursor;
  private readonly lengths: NumberCursor;
  private readonly records: NumberCursor;

  constructor(kind: string, path: string) {
    this.kind = kind;
    this.file = new ParquetFile(path);
    this.offsets = new NumberCursor(this.file.integers('_byte_offset'));
    this.lengths = new NumberCursor(this.file.integers('_byte_length'));
    this.records = new NumberCursor(this.file.integers('_record'));
  }

  next(): boolean {
    if (!this.offsets.next()) return false;
    // A missing number can match no position, so that it is a fault and not a zero.
    this.byteOffset = this.offsets.value;
    this.byteLength = this.lengths.next() ? this.lengths.value : Number.NaN;
    this.record = this.records.next() ? this.records.value : Number.NaN;
    return true;
  }

  close(): void {
    this.file.close();
  }
}

/** Goes over the values of a column, page after page. */
class NumberCursor {
  value = 0;
  private readonly pages: Generator<IntegerPage, void, undefined>;
  private page: IntegerPage = new Float64Array(0);
  private at = 0;

  constructor(pages: Generator<IntegerPage, void, undefined>) {
    this.pages = pages;
  }

  next(): boolean {
    while (this.at === this.page.length) {
      const { value } = this.pages.next();
      if (value === undefined) return false;
      this.page = value;
      this.at = 0;
    }
    this.value = this.page[this.at++] as number;
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
    const { byte_offset, byte_length, record } = JSON.parse(line.value) as QuarantineRecord;
    this.byteOffset = byte_offset ?? Number.NaN;
    this.byteLength = byte_length ?? Number.NaN;
    this.record = record;
    return true;
  }

  close(): void {
    this.lines.return();
  }
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
