/**
 * The output of a file whose records have numbers but no place in its bytes: Parquet. Offsets and lengths are NULL, `raw` is the
 * row as JSON, and what was written proves conservation by the numbers of the records: staged, refused and held ones are
 * 1, 2, 3 ... each once. Bytes are not counted.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FileOutputOptions } from '../output/create-file-output.ts';
import type { Cell, FileOutput, Outcome, RecordSpan, Tiling } from '../output/file-output.ts';
import { LINEAGE_COLUMNS } from '../output/lineage-columns.ts';
import { LineReader, LineWriter } from '../output/line-file.ts';
import { quarantineRecord } from '../output/quarantine-record.ts';
import { rowHash } from '../output/row-hash.ts';
import { spanLogPath, SpanReader, SpanWriter } from '../output/span-log.ts';
import { ParquetFile } from '../parquet/parquet-reader.ts';
import { ParquetWriter, type ParquetCell } from '../parquet/parquet-writer.ts';
import type { Finding, QuarantineRecord } from '../report.ts';
import { QUARANTINE_FILE, VALID_FILE } from '../result-files.ts';

/** Opens the output of one file. Writing the same records again gives the same bytes. */
export function createRowOutput(options: FileOutputOptions): FileOutput {
  mkdirSync(options.folder, { recursive: true });
  return new RowOutput(options);
}

class RowOutput implements FileOutput {
  private readonly options: FileOutputOptions;
  private readonly valid: ParquetWriter;
  private readonly bad: LineWriter;
  /** Numbers of the records that are held, as spans of length 1. */
  private readonly held: SpanWriter;
  private readonly row: ParquetCell[];
  private isOpen = true;

  constructor(options: FileOutputOptions) {
    this.options = options;
    const columns = [...options.columns, ...LINEAGE_COLUMNS];
    this.valid = new ParquetWriter(this.path(`${VALID_FILE}.part`), columns, {
      ...(options.rowGroupRows === undefined ? {} : { rowGroupRows: options.rowGroupRows }),
    });
    this.bad = new LineWriter(this.path(QUARANTINE_FILE));
    this.held = new SpanWriter(spanLogPath(options.folder, 'held'));
    this.row = new Array<ParquetCell>(columns.length).fill(null);
  }

  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void {
    const { row, options } = this;
    const own = options.columns.length;
    for (let index = 0; index < own; index += 1) row[index] = cells[index] ?? null;
    const lineage = [options.load_id, options.file, BigInt(span.record), null, null, null, rowHash(raw), extra, warnings];
    lineage.forEach((value, index) => {
      row[own + index] = value;
    });
    this.valid.append(row);
  }

  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void {
    const { load_id, file, now } = this.options;
    const record = quarantineRecord({ load_id, file, at: now }, span, raw, findings);
    this.bad.write(JSON.stringify(withoutPlace(record)));
  }

  hold(span: RecordSpan): void {
    this.held.add(span.record, 1);
  }

  /** What stands between the rows as JSON is no part of the file. */
  nonRecord(): void {
    return;
  }

  finish(outcome: Outcome): Promise<Tiling> {
    this.close(() => this.valid.finish());
    const fault = this.numbersFault();
    const isLoaded = !outcome.failed && fault === null;
    rmSync(spanLogPath(this.options.folder, 'held'));
    if (isLoaded) renameSync(this.path(`${VALID_FILE}.part`), this.path(VALID_FILE));
    else rmSync(this.path(`${VALID_FILE}.part`));
    return Promise.resolve({
      holds: fault === null,
      fault,
      bytes_staged: 0,
      bytes_quarantined: 0,
      bytes_of_non_records: {},
      bytes_not_loaded: 0,
    });
  }

  abort(): void {
    if (!this.isOpen) return;
    this.close(() => {
      this.valid.close();
    });
    rmSync(spanLogPath(this.options.folder, 'held'), { force: true });
    for (const name of [`${VALID_FILE}.part`, QUARANTINE_FILE]) rmSync(this.path(name), { force: true });
  }

  private close(closeValid: () => void): void {
    this.isOpen = false;
    closeValid();
    this.bad.close();
    this.held.close();
  }

  /** Merges the numbers of what was written; null where each of 1, 2, 3 ... is there once. */
  private numbersFault(): string | null {
    const valid = new ParquetFile(this.path(`${VALID_FILE}.part`));
    const lines = new LineReader(this.path(QUARANTINE_FILE));
    const held = new SpanReader(spanLogPath(this.options.folder, 'held'));
    const staged = numbersOf(valid);
    try {
      return firstGap([
        () => staged.next().value ?? undefined,
        () => recordOf(lines.next()),
        () => (held.next() ? held.byteOffset : undefined),
      ]);
    } finally {
      valid.close();
      lines.close();
      held.close();
    }
  }

  private path(name: string): string {
    return join(this.options.folder, name);
  }
}

/** A record of Parquet has no place in bytes. */
export function withoutPlace<T extends QuarantineRecord>(record: T): T {
  return { ...record, line: null, byte_offset: null, byte_length: null };
}

function* numbersOf(file: ParquetFile): Generator<number, void, undefined> {
  for (const page of file.integers('_record')) yield* page;
}

function recordOf(line: Buffer | undefined): number | undefined {
  return line === undefined ? undefined : (JSON.parse(line.toString('utf8')) as QuarantineRecord).record;
}

/** Each source gives its numbers in ascending order, then undefined. */
function firstGap(sources: readonly (() => number | null | undefined)[]): string | null {
  const heads = sources.map((next) => next());
  for (let expected = 1; heads.some((head) => head !== undefined); expected += 1) {
    const found = heads.indexOf(expected);
    if (found < 0) {
      const others = heads.filter((head) => head !== undefined).join(', ');
      return `record ${String(expected)} is missing or there twice; next come ${others}`;
    }
    heads[found] = sources[found]?.();
  }
  return null;
}
