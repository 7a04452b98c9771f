/** The staged records as the proof of conservation reads them back: by the lineage columns of a Parquet file that need not be complete. */
import { closeSync, openSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { giveBack } from '../bytes/give-back.ts';
import type { PlacedRowGroup } from '../parquet/footer.ts';
import { integerPages, ParquetFile, type ChunkPlace, type IntegerPage } from '../parquet/parquet-reader.ts';
import type { FollowCursor } from './follow-log.ts';
import type { RunOfSpans, SpanCursor } from './tiling.ts';

/** The records of a Parquet file by their lineage columns, whose pages have the same rows. */
export class ParquetSpans implements SpanCursor {
  readonly isRecord = true;
  readonly kind: string;
  byteOffset = 0;
  byteLength = 0;
  record: number | null = 0;
  private readonly path: string;
  private readonly file: number;
  private readonly offsets: NumberPages;
  private readonly lengths: NumberPages;
  private readonly records: NumberPages;

  /** `groups`: the row groups that are in the file, which need not be complete; `columns`: the places of the lineage columns in them. */
  constructor(kind: string, path: string, groups: readonly PlacedRowGroup[], columns: LineagePlaces) {
    this.kind = kind;
    this.path = path;
    this.file = openSync(path, 'r');
    this.offsets = new NumberPages(this.file, groups, columns._byte_offset);
    this.lengths = new NumberPages(this.file, groups, columns._byte_length);
    this.records = new NumberPages(this.file, groups, columns._record);
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

  /** Whoever reads the file finds by its footer what was proved. */
  fault(): string | null {
    const file = new ParquetFile(this.path);
    try {
      const isSame = ([name, pages]: readonly [string, NumberPages]): boolean => isDeepStrictEqual(file.places(name), pages.proved);
      const columns = [
        ['_byte_offset', this.offsets] as const,
        ['_byte_length', this.lengths] as const,
        ['_record', this.records] as const,
      ];
      return columns.every(isSame) ? null : `the footer of the ${this.kind} records names other places than those that were proved`;
    } finally {
      file.close();
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

/** By the name of a lineage column its place among all columns. */
export type LineagePlaces = Readonly<Record<'_byte_offset' | '_byte_length' | '_record', number>>;

/** Short calls of one function run faster than a long one. */
const MAX_RUN = 8192;

/** The values of a column, page after page. */
class NumberPages {
  page: IntegerPage = new Float64Array(0);
  /** Index of the value at hand. */
  at = -1;
  /** The chunks that were read. */
  readonly proved: ChunkPlace[] = [];
  private readonly file: number;
  private readonly groups: readonly PlacedRowGroup[];
  private readonly column: number;
  private pages: Generator<IntegerPage, void, undefined> | null = null;

  constructor(file: number, groups: readonly PlacedRowGroup[], column: number) {
    this.file = file;
    this.groups = groups;
    this.column = column;
  }

  value(): number {
    return this.page[this.at] as number;
  }

  next(): boolean {
    while (this.at + 1 >= this.page.length) {
      const page = this.pages?.next().value;
      if (page === undefined) {
        if (!this.nextChunk()) return false;
        continue;
      }
      giveBack(this.page);
      this.page = page;
      this.at = -1;
    }
    this.at += 1;
    return true;
  }

  private nextChunk(): boolean {
    const chunk = this.groups[this.proved.length]?.chunks[this.column];
    if (chunk === undefined) return false;
    const { offset, dictionaryBytes, compressedBytes: bytes, codec } = chunk;
    const place = { offset: offset + dictionaryBytes, bytes, codec };
    this.proved.push(place);
    this.pages = integerPages(this.file, place);
    return true;
  }
}
