/**
 * The writing half of the engine: what was judged becomes valid.parquet and quarantine.jsonl, and what was written
 * proves that no byte is lost. Every write is synchronous, so memory is bounded by the row group and nothing queues.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../report.ts';
import { RowGroupFile } from '../parquet/row-group-file.ts';
import { QUARANTINE_FILE, VALID_FILE } from '../result-files.ts';
import type { Cell, FileOutput, NonRecordKind, Outcome, OutputColumn, RecordSpan, Tiling } from './file-output.ts';
import { FollowCursor, FollowWriter } from './follow-log.ts';
import { LINEAGE_COLUMNS } from './lineage-columns.ts';
import { LineWriter } from './line-file.ts';
import { quarantineRecord, type QuarantineOrigin } from './quarantine-record.ts';
import { quarantineHead } from './quarantine-text.ts';
import { readFrames } from '../ranges/quarantine-frames.ts';
import type { RangeRecords } from '../ranges/range-output.ts';
import { forEachSpan } from './span-bytes.ts';
import { spanLogPath, SpanWriter } from './span-log.ts';
import { StagedRows } from './staged-rows.ts';
import { ParquetSpans, type LineagePlaces } from './parquet-spans.ts';
import { QuarantineSpans } from './quarantine-spans.ts';
import { LoggedSpans, TilingProof, type TilingResult } from './tiling.ts';

/** A row group ends with this many rows, once it holds this many bytes, or where a row would lie too far from its first. */
const ROW_GROUP_ROWS = 262_144;
const ROW_GROUP_BYTES = 32 * 1024 * 1024;
const MAX_DISTANCE = 2 ** 30;
const ROWS_BETWEEN_LOOKS = 64;

/** Kinds of the merge that are no kind of non-records. */
const STAGED = 'staged';
const QUARANTINED = 'quarantined';
const HELD = 'held';
/** Records that bytes follow directly, and these bytes. */
const FOLLOWED = 'followed';
const FOLLOWING = 'following';

export interface FileOutputOptions {
  /** An existing or new folder that belongs to this file alone. */
  readonly folder: string;
  readonly load_id: string;
  /** The landing name. */
  readonly file: string;
  /** Moment the run began. */
  readonly now: string;
  /** The spec's columns in order; the lineage columns follow by themselves. */
  readonly columns: readonly OutputColumn[];
  /** Rows of a row group, for tests. */
  readonly rowGroupRows?: number;
}

/** A file output that takes what ranges became besides single records. */
export interface JoinedOutput extends FileOutput {
  /** The records of a range, in file order; before them the file has `records` records and `lines` line ends. */
  join(range: RangeRecords, records: number, lines: number): void;
}

/** Opens the output of one file. Writing the same records again gives the same bytes. */
export function createFileOutput(options: FileOutputOptions): JoinedOutput {
  mkdirSync(options.folder, { recursive: true });
  return new FolderOutput(options);
}

class FolderOutput implements JoinedOutput {
  private readonly options: FileOutputOptions;
  private readonly origin: QuarantineOrigin;
  private readonly valid: RowGroupFile;
  private readonly staged: StagedRows;
  private readonly bad: LineWriter;
  private readonly logs = new Map<string, SpanWriter>();
  private follows: FollowWriter | null = null;
  private readonly proof = new TilingProof();
  private isOpen = true;

  constructor(options: FileOutputOptions) {
    this.options = options;
    this.origin = { load_id: options.load_id, file: options.file, at: options.now };
    this.valid = new RowGroupFile(this.path(`${VALID_FILE}.part`), [...options.columns, ...LINEAGE_COLUMNS]);
    this.staged = new StagedRows(options.columns, options);
    this.bad = new LineWriter(this.path(QUARANTINE_FILE));
    this.proof.add(new ParquetSpans(STAGED, this.path(`${VALID_FILE}.part`), this.valid.groups, this.lineagePlaces()));
    this.proof.add(new QuarantineSpans(QUARANTINED, this.path(QUARANTINE_FILE), quarantineHead(this.origin)));
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    if (this.isRowGroupFull(span)) this.endRowGroup();
    this.staged.stage(span, raw, cells, extra, warnings);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    this.bad.write(JSON.stringify(quarantineRecord(this.origin, span, raw, findings)));
  }

  join(range: RangeRecords, records: number, lines: number): void {
    this.endRowGroup();
    if (range.group !== null) this.valid.write(range.group, this.shifts(records, lines));
    readFrames(range.frames, this.origin, records, lines, (head, rest) => {
      this.bad.writeBytes(head, rest);
    });
    for (const [kind, spans] of range.spans) {
      const log = this.log(kind);
      forEachSpan(spans, (byteOffset, byteLength) => {
        log.add(byteOffset, byteLength);
      });
    }
    const { follows, followKind } = range;
    for (let at = 0; at < follows.length; at += 3) {
      this.follow(followKind).add(records + (follows[at] ?? 0), follows[at + 1] ?? 0, follows[at + 2] ?? 0);
    }
    this.flush();
    this.proof.advance();
  }

  hold(span: RecordSpan): void {
    this.log(HELD).add(span.byteOffset, span.byteLength);
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    this.log(kind).add(byteOffset, byteLength);
  }

  finish(outcome: Outcome): Promise<Tiling> {
    const result = this.prove(outcome.decompressedBytes);
    this.removeLogs();
    const isLoaded = !outcome.failed && result.fault === null;
    if (isLoaded) renameSync(this.path(`${VALID_FILE}.part`), this.path(VALID_FILE));
    else rmSync(this.path(`${VALID_FILE}.part`));
    return Promise.resolve(tilingOf(result, isLoaded));
  }

  abort(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.valid.close();
    this.closeLogs();
    this.proof.close();
    this.removeLogs();
    for (const name of [`${VALID_FILE}.part`, QUARANTINE_FILE]) rmSync(this.path(name), { force: true });
  }

  private isRowGroupFull(span: RecordSpan): boolean {
    const { staged, options } = this;
    const { rows } = staged;
    if (rows === 0) return false;
    const isLarge = rows % ROWS_BETWEEN_LOOKS === 0 && staged.sizeBytes >= ROW_GROUP_BYTES;
    // Distances within a row group are numbers of 32 bits.
    return isLarge || rows >= (options.rowGroupRows ?? ROW_GROUP_ROWS) || span.byteOffset - staged.offsetBase > MAX_DISTANCE;
  }

  private endRowGroup(): void {
    const group = this.staged.finish();
    if (group !== null) this.valid.write(group);
  }

  private close(): void {
    this.isOpen = false;
    this.endRowGroup();
    this.valid.finish();
    this.closeLogs();
  }

  private closeLogs(): void {
    this.bad.close();
    this.follows?.close();
    for (const log of this.logs.values()) log.close();
  }

  /** What was written so far is in the files. */
  private flush(): void {
    this.valid.flush();
    this.bad.flush();
    this.follows?.flush();
    for (const log of this.logs.values()) log.flush();
  }

  /** Closes every file; those that the proof reads even where one cannot be written to its end. */
  private prove(size: number): TilingResult {
    try {
      this.close();
      return this.proof.finish(size);
    } finally {
      this.proof.close();
    }
  }

  /** What a range's numbers of records and lines lack. */
  private shifts(records: number, lines: number): ReadonlyMap<number, number> {
    return new Map([
      [this.lineagePlace('_record'), records],
      [this.lineagePlace('_line'), lines],
    ]);
  }

  private lineagePlace(name: string): number {
    return this.options.columns.length + LINEAGE_COLUMNS.findIndex((column) => column.name === name);
  }

  private lineagePlaces(): LineagePlaces {
    return {
      _byte_offset: this.lineagePlace('_byte_offset'),
      _byte_length: this.lineagePlace('_byte_length'),
      _record: this.lineagePlace('_record'),
    };
  }

  private follow(kind: NonRecordKind): FollowWriter {
    const { folder } = this.options;
    if (this.follows === null) {
      const [followed, following] = [spanLogPath(folder, FOLLOWED), spanLogPath(folder, FOLLOWING)];
      this.follows = new FollowWriter(kind, followed, following);
      this.proof.addFollows(new FollowCursor(kind, followed, following));
    }
    return this.follows;
  }

  private removeLogs(): void {
    const kinds = [...this.logs.keys(), ...(this.follows === null ? [] : [FOLLOWED, FOLLOWING])];
    for (const kind of kinds) rmSync(spanLogPath(this.options.folder, kind), { force: true });
  }

  private log(kind: string): SpanWriter {
    const known = this.logs.get(kind);
    if (known !== undefined) return known;
    const path = spanLogPath(this.options.folder, kind);
    const log = new SpanWriter(path);
    this.logs.set(kind, log);
    this.proof.add(new LoggedSpans(kind, path, kind === HELD));
    return log;
  }

  private path(name: string): string {
    return join(this.options.folder, name);
  }
}

function tilingOf({ fault, bytesByKind }: TilingResult, isLoaded: boolean): Tiling {
  const records = [STAGED, QUARANTINED, HELD];
  const bytes = (kind: string): number => bytesByKind.get(kind) ?? 0;
  const others = [...bytesByKind].filter(([kind]) => !records.includes(kind)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    holds: fault === null,
    fault,
    bytes_staged: isLoaded ? bytes(STAGED) : 0,
    bytes_quarantined: bytes(QUARANTINED),
    bytes_of_non_records: Object.fromEntries(others),
    bytes_not_loaded: (isLoaded ? 0 : bytes(STAGED)) + bytes(HELD),
  };
}
