/**
 * The proof of conservation: the spans in the files that were written cover the decompressed file from its first byte to
 * its last exactly once, and the records among them are numbered 1, 2, 3 ... without a hole. Every source is read in
 * file order, so it is a merge with one span of each in memory. It goes along with the writing: at the end of a large file
 * only its last spans are left to prove.
 */
import type { FollowCursor } from './follow-log.ts';
import { SpanReader } from './span-log.ts';

/** Spans of one source in file order. */
export interface SpanCursor {
  readonly kind: string;
  readonly isRecord: boolean;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Number of the record; null where the source does not tell. */
  readonly record: number | null;
  /** False behind the last span that is written; asked again when there may be more. */
  next(): boolean;
  /**
   * Takes, besides the span at hand, all that follow it without a gap, each a record with the next number and with what `follows` says
   * behind it; stands on the last of them then. Gives their bytes. Only where many spans come one after another.
   */
  takeRun?(follows: FollowCursor | null): RunOfSpans;
  /** What is wrong with the file besides its spans, once it is complete. */
  fault?(): string | null;
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

/**
 * Merges the sources as far as they are written. A place that no span begins at may still get one; what is missing in the end is a
 * fault. `follows` tells what stands behind records.
 */
export class TilingProof {
  /** In the order in which they came: that of the bytes by kind. */
  private readonly sources: SpanCursor[] = [];
  /** Those that have a span at hand. */
  private readonly open: SpanCursor[] = [];
  /** Those that were read to their end, which may move on. */
  private readonly waiting: SpanCursor[] = [];
  private readonly bytes = new Map<string, number>();
  private follows: FollowCursor | null = null;
  private position = 0;
  private records = 0;
  private followed = 0;

  /** Before advance() comes to its spans. */
  add(source: SpanCursor): void {
    this.sources.push(source);
    this.waiting.push(source);
    this.bytes.set(source.kind, 0);
  }

  addFollows(follows: FollowCursor): void {
    this.follows = follows;
  }

  /** Goes on with what is written by now: all spans up to some place of the file, and what follows their records. */
  advance(): void {
    const { open, follows } = this;
    follows?.refresh();
    open.push(...this.waiting.splice(0).filter((source) => this.hasNext(source)));
    for (let found = this.indexOfNext(); found >= 0; found = this.indexOfNext()) {
      const source = open[found] as SpanCursor;
      const run = source.takeRun?.(follows) ?? oneSpan(source, this.records, follows);
      this.bytes.set(source.kind, (this.bytes.get(source.kind) ?? 0) + run.bytes);
      this.position += run.bytes + run.followed;
      this.records += run.records;
      this.followed += run.followed;
      if (!this.hasNext(source)) open.splice(found, 1);
    }
  }

  /** Everything is written: whether it tiles [0, size). */
  finish(size: number): TilingResult {
    this.advance();
    const { follows, followed, bytes, records } = this;
    if (follows !== null && followed > 0) bytes.set(follows.kind, (bytes.get(follows.kind) ?? 0) + followed);
    return { fault: this.fault(size), bytesByKind: bytes, records };
  }

  close(): void {
    for (const source of this.sources) source.close();
    this.follows?.close();
  }

  private hasNext(source: SpanCursor): boolean {
    const hasNext = source.next();
    if (!hasNext) this.waiting.push(source);
    return hasNext;
  }

  /** The source whose span starts here, of two the empty one; a record must have the next number. -1 where there is none. */
  private indexOfNext(): number {
    const { open, position, records } = this;
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

  private fault(size: number): string | null {
    const { position } = this;
    const [first] = this.open.toSorted((left, right) => left.byteOffset - right.byteOffset);
    if (first !== undefined) return faultAt(first, position, this.records);
    if (position !== size) return `the spans end at byte ${String(position)} of ${String(size)}`;
    if (this.follows?.unused() === true) return 'bytes are said to follow a record that is not there';
    return this.sources.map((source) => source.fault?.() ?? null).find((fault) => fault !== null) ?? null;
  }
}

function oneSpan(source: SpanCursor, records: number, follows: FollowCursor | null): RunOfSpans {
  if (!source.isRecord) return { records: 0, bytes: source.byteLength, followed: 0 };
  return { records: 1, bytes: source.byteLength, followed: follows?.bytesBehind(records + 1) ?? 0 };
}

function faultAt({ kind, byteOffset, record }: SpanCursor, position: number, records: number): string {
  const where = `byte ${String(byteOffset)} (${kind})`;
  if (byteOffset < position) return `${where} is covered twice: the spans before it end at ${String(position)}`;
  if (byteOffset > position) return `bytes ${String(position)} to ${String(byteOffset)} are in no span`;
  return `the record at ${where} has the number ${String(record)}, expected ${String(records + 1)}`;
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
