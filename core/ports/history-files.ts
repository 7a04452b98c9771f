/** What makes and reads the files of a history: Parquet by day, sorted. Works on local files; the lane brings objects there and back. */
import type { OutputColumn } from '../engine/output/file-output.ts';

/** A day is YYYY-MM-DD, UTC. */
export interface HistoryFile {
  readonly day: string;
  readonly path: string;
  readonly rows: number;
}

export interface HistoryOrder {
  /** Column of the instrument; null for none. */
  readonly instrument: string | null;
  /** Column of the event time; null for the message's time in the log. */
  readonly eventTime: string | null;
}

export interface SplitRequest extends HistoryOrder {
  /** Parquet parts of envelopes. */
  readonly inputs: readonly string[];
  /** Of the checked record, in the order of the files. */
  readonly columns: readonly OutputColumn[];
  /** An empty folder. */
  readonly folder: string;
}

export interface MergeRequest extends HistoryOrder {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** What a query of one day touched. */
export interface DayProof {
  /** As the engine's plan says: files that are scanned, of all that were given. */
  readonly filesScanned: number;
  readonly filesGiven: number;
  /** Files that the rows came from. */
  readonly filesRead: readonly string[];
  readonly rows: number;
}

export interface HistoryFiles {
  /** The records of the parts, typed, a file a day. The same parts give the same bytes. */
  split(request: SplitRequest): Promise<readonly HistoryFile[]>;
  /** Files of one day as one, sorted. */
  merge(request: MergeRequest): Promise<{ readonly rows: number }>;
  /** Asks for one day of all files, which lie in folders year=/month=/day=. */
  prove(request: { readonly files: readonly string[]; readonly day: string }): Promise<DayProof>;
  close(): Promise<void>;
}
