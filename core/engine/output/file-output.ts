/**
 * Where the reading half of the engine meets the writing half: records that were judged go in, files come out.
 * All offsets count in the decompressed original bytes.
 */
import type { Conservation, Finding } from '../report.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';

/** Where a record stands. `line` is null for formats without lines. */
export interface RecordSpan {
  /** 1-based number of the record in the file, bad ones counted too. */
  readonly record: number;
  readonly line: number | null;
  readonly byteOffset: number;
  /** Without the line end. */
  readonly byteLength: number;
}

/** The value of one cell; REPEATED columns hold a list. */
export type Cell = Value | readonly Value[];

/** A column of valid.parquet besides the lineage columns that are always there. */
export interface OutputColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly repeated: boolean;
}

/** What the bytes are that belong to no record. */
export type NonRecordKind =
  | 'bom'
  | 'header'
  | 'blank_line'
  | 'comment'
  | 'trailer'
  | 'separator'
  | 'markup'
  | 'skipped_row'
  /** The rest of a file from where it could not be read on; such a file always fails. */
  | 'unread';

/** How the reading ended. */
export interface Outcome {
  /** True when the file is already known to fail: nothing of it may be staged. */
  readonly failed: boolean;
  /** What the spans must cover from 0, exactly once. */
  readonly decompressedBytes: number;
}

/** What the spans that were written out prove. `holds` covers the tiling only, `tokenizer_records` comes from the reading half. */
export type Tiling = Omit<Conservation, 'tokenizer_records'>;

/** Where judged records go. */
export interface RecordOutput {
  /**
   * A good record. `cells` are in the order of the output columns and are copied before the call returns, so the caller
   * may reuse the array; `raw` are the record's bytes (hashed into _row_hash); extra and warnings are JSON texts or null.
   */
  stage(span: RecordSpan, raw: Uint8Array, cells: readonly Cell[], extra: string | null, warnings: string | null): void;
  /** A refused record with everything that is wrong with it; nothing of `raw` is kept after the call. */
  quarantine(span: RecordSpan, raw: Uint8Array, findings: readonly Finding[]): void;
  /** A record that was split but not judged, since the file is already known to fail: it counts as not loaded. */
  hold(span: RecordSpan): void;
  /** Bytes that are no record; calls need not be in file order with the records, but each kind's own are ascending. */
  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void;
}

/** The output of one file. */
export interface FileOutput extends RecordOutput {
  /**
   * Closes every file and proves the tiling. Where the file failed, or the tiling does not hold, no valid.parquet is left
   * behind. Called once.
   */
  finish(outcome: Outcome): Promise<Tiling>;
  /** Closes and removes everything, for an error that is no finding. Nothing happens after finish(). */
  abort(): void;
}
