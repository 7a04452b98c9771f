/** The way of a record, from the extract back to its bytes and from its bytes to the extract. */
import type { Finding } from '../../core/engine/report.ts';

/** Values of a row of the warehouse as texts; classified ones are masked. */
export type TracedRow = Readonly<Record<string, string | null>>;

export interface TracedLoad {
  readonly load_id: string;
  readonly source: string;
  readonly file: string;
  readonly business_date: string;
  readonly version: number;
  readonly spec_version: string;
  readonly status: string;
  readonly published: boolean;
  readonly superseded_by: string | null;
  readonly archived_as: string | null;
  readonly records_in: number;
  readonly staged: number;
  readonly quarantined: number;
}

export interface TracedRecord {
  readonly outcome: 'staged' | 'quarantined';
  readonly load: TracedLoad;
  readonly record: number;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number | null;
  /** The staged Parquet object, or the quarantine object. */
  readonly object: string | null;
  /** Text of the bytes in the archived file, invalid ones shown as U+FFFD; masked where the source has classified columns. */
  readonly raw: string | null;
  readonly findings: readonly Finding[];
  /** Where the message of a stream stood in Kafka, which is where its trace ends; null of a file. */
  readonly message: { readonly kafka_topic: string; readonly kafka_partition: number; readonly kafka_offset: number } | null;
  /** The version of the trade that this record is, null where the warehouse has none from it. */
  readonly trade: TracedRow | null;
  /** Extracts that hold the trade, newest first. */
  readonly extracts: readonly string[];
}

export interface TraceResult {
  readonly query: string;
  /** Loads that the query is about. */
  readonly loads: readonly TracedLoad[];
  readonly records: readonly TracedRecord[];
  /** The enriched trade as it stands now, null where the query is no trade. */
  readonly trade: TracedRow | null;
}
