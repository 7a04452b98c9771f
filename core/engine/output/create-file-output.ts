/**
 * The writing half of the engine: what was judged becomes valid.parquet and quarantine.jsonl, and what was written
 * proves that no byte is lost. Every write is synchronous, so memory is bounded by the row group and nothing queues.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../report.ts';
import { QUARANTINE_FILE, VALID_FILE } from '../result-files.ts';
import { ParquetWriter, type ParquetCell } from '../parquet/parquet-writer.ts';
import type { Cell, FileOutput, NonRecordKind, Outcome, OutputColumn, RecordSpan, Tiling } from './file-output.ts';
import { LINEAGE_COLUMNS, WHOLE_NUMBER_COLUMNS } from './lineage-columns.ts';
import { LineWriter } from './line-file.ts';
import { quarantineRecord, type QuarantineOrigin } from './quarantine-record.ts';
import { rowHash } from './row-hash.ts';
import { spanLogPath, SpanWriter } from './span-log.ts';
import { LoggedSpans, ParquetSpans, proveTiling, QuarantineSpans, type SpanCursor, type TilingResult } from './tiling.ts';

/** Kinds of the merge that are no kind of non-records. */
const STAGED = 'staged';
const QUARANTINED = 'quarantined';
const HELD = 'held';

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

/** Opens the output of one file. Writing the same records again gives the same bytes. */
export function createFileOutput(options: FileOutputOptions): FileOutput {
  mkdirSync(options.folder, { recursive: true });
  return new FolderOutput(options);
}

class FolderOutput implements FileOutput {
  private readonly options: FileOutputOptions;
  private readonly origin: QuarantineOrigin;
  private readonly valid: ParquetWriter;
  private readonly bad: LineWriter;
  private readonly logs = new Map<string, SpanWriter>();
  private readonly row: ParquetCell[];
  private isOpen = true;

  constructor(options: FileOutputOptions) {
    this.options = options;
    this.origin = { load_id: options.load_id, file: options.file, at: options.now };
    const columns = [...options.columns, ...LINEAGE_COLUMNS];
    this.valid = new ParquetWriter(this.path(`${VALID_FILE}.part`), columns, {
      wholeNumbers: WHOLE_NUMBER_COLUMNS,
      ...(options.rowGroupRows === undefined ? {} : { rowGroupRows: options.rowGroupRows }),
    });
    this.bad = new LineWriter(this.path(QUARANTINE_FILE));
    this.row = new Array<ParquetCell>(columns.length).fill(null);
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    const { row, options } = this;
    const own = options.columns.length;
    for (let index = 0; index < own; index += 1) row[index] = cells[index] ?? null;
    row[own] = options.load_id;
    row[own + 1] = options.file;
    row[own + 2] = span.record;
    row[own + 3] = span.line;
    row[own + 4] = span.byteOffset;
    row[own + 5] = span.byteLength;
    row[own + 6] = rowHash(raw);
    row[own + 7] = extra;
    row[own + 8] = warnings;
    this.valid.append(row);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    this.bad.write(JSON.stringify(quarantineRecord(this.origin, span, raw, findings)));
  }

  hold(span: RecordSpan): void {
    this.log(HELD).add(span.byteOffset, span.byteLength);
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    this.log(kind).add(byteOffset, byteLength);
  }

  pressure(): null {
    return null;
  }

  finish(outcome: Outcome): Promise<Tiling> {
    this.close();
    const result = proveTiling(this.sources(), outcome.decompressedBytes);
    for (const kind of this.logs.keys()) rmSync(spanLogPath(this.options.folder, kind));
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
    for (const kind of this.logs.keys()) rmSync(spanLogPath(this.options.folder, kind), { force: true });
    for (const name of [`${VALID_FILE}.part`, QUARANTINE_FILE]) rmSync(this.path(name), { force: true });
  }

  private close(): void {
    this.isOpen = false;
    this.valid.finish();
    this.closeLogs();
  }

  private closeLogs(): void {
    this.bad.close();
    for (const log of this.logs.values()) log.close();
  }

  private sources(): readonly SpanCursor[] {
    const { folder } = this.options;
    const logged = [...this.logs.keys()].map((kind) => new LoggedSpans(kind, spanLogPath(folder, kind), kind === HELD));
    return [
      new ParquetSpans(STAGED, this.path(`${VALID_FILE}.part`)),
      new QuarantineSpans(QUARANTINED, this.path(QUARANTINE_FILE)),
      ...logged,
    ];
  }

  private log(kind: string): SpanWriter {
    const known = this.logs.get(kind);
    if (known !== undefined) return known;
    const log = new SpanWriter(spanLogPath(this.options.folder, kind));
    this.logs.set(kind, log);
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
