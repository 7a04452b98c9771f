/**
 * What the validation of one file gives: the report that is written as report.json, the job that asks for it, and the
 * quarantine record. Field names are those of the files.
 */
import type { FindingCode } from './findings/catalogue.ts';
import type { SourceSpec } from '../spec/source-spec.ts';

/** One validation, as the parent hands it to the child. Paths are local. */
export interface ValidationJob {
  readonly spec: SourceSpec;
  readonly load_id: string;
  /** The landing name of the file, as `_file` holds it. */
  readonly file: string;
  /** 1 for a first delivery of this name, n+1 for its resupply. */
  readonly version: number;
  readonly input_path: string;
  /** A Parquet file's rows as JSON lines, or why there are none. */
  readonly parquet_rows?: ParquetRows;
  readonly control: { readonly path: string; readonly file: string } | null;
  /** The lane waited for a control file in vain: its absence fails the file. Without it the absence is a warning. */
  readonly control_overdue?: boolean;
  /** Receives valid.parquet, quarantine.jsonl and report.json. */
  readonly output_folder: string;
  /** Moment the run began, ISO 8601 UTC with 6 digits: current_timestamp() of the rules, `at` of the quarantine. */
  readonly now: string;
}

export type ParquetRows =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly code: 'FILE_UNREADABLE' | 'FILE_TOO_LARGE'; readonly message: string };

export interface Finding {
  readonly code: FindingCode;
  /** null for a finding on the whole record or file. */
  readonly column: string | null;
  /** The rule's own code, or its text; null where no rule of the spec is behind it. */
  readonly rule: string | null;
  /** The value as it stands in the file, cut to 200 characters; null where there is none. */
  readonly found: string | null;
  readonly expected: string | null;
  readonly message: string;
}

export interface QuarantineRecord {
  readonly load_id: string;
  readonly file: string;
  readonly record: number;
  /** 1-based physical line where the record starts; null for formats without lines. */
  readonly line: number | null;
  readonly byte_offset: number | null;
  /** Without the line end. */
  readonly byte_length: number | null;
  readonly raw?: string;
  readonly raw_base64?: string;
  readonly findings: readonly Finding[];
  readonly at: string;
}

/** A refused record as the report shows it. */
export interface ReportedRecord extends QuarantineRecord {
  /** Only the first bytes are shown; quarantine.jsonl holds them all. */
  readonly raw_cut?: true;
}

export type FileStatus = 'accepted' | 'quarantined' | 'failed';

export interface Report {
  readonly source: string;
  readonly file: string;
  readonly load_id: string;
  readonly version: number;
  readonly sha256: string;
  readonly md5: string | null;
  readonly crc32c: string | null;
  /** Size as delivered. */
  readonly bytes: number;
  /** Size after decompression: what the offsets count in. */
  readonly decompressed_bytes: number;
  /** accepted: everything staged; quarantined: some records refused, the rest staged; failed: nothing staged. */
  readonly status: FileStatus;
  readonly records_in: number;
  readonly staged: number;
  readonly quarantined: number;
  /** Good records of a failed file, held back. records_in = staged + quarantined + not_loaded. */
  readonly not_loaded: number;
  readonly warnings: number;
  readonly duplicate_in_file: number;
  readonly findings_by_code: Readonly<Partial<Record<FindingCode, number>>>;
  readonly warnings_by_rule: Readonly<Record<string, number>>;
  readonly file_findings: readonly (Finding & { readonly severity: 'error' | 'warning' })[];
  readonly control: ControlComparison | null;
  readonly conservation: Conservation;
  readonly first_bad_records: readonly ReportedRecord[];
  readonly spec_version: string;
  readonly engine_version: string;
  readonly now: string;
  readonly duration_ms: number;
}

export interface ControlComparison {
  readonly file: string | null;
  readonly row_count: { readonly expected: string; readonly found: string; readonly matches: boolean } | null;
  readonly checksum: {
    readonly algorithm: 'md5' | 'sha256' | 'crc32c';
    readonly expected: string;
    readonly found: string;
    /** Which bytes matched: as delivered or after decompression; null where neither did. */
    readonly over: 'delivered' | 'decompressed' | null;
    readonly matches: boolean;
  } | null;
  readonly totals: readonly { readonly column: string; readonly expected: string; readonly found: string; readonly matches: boolean }[];
}

/** The proof that no byte was lost or counted twice. For Parquet it is over the numbers of the records, and bytes are 0. */
export interface Conservation {
  readonly holds: boolean;
  /** Where it does not hold: what is wrong and at which byte; null where it holds. */
  readonly fault: string | null;
  readonly bytes_staged: number;
  readonly bytes_quarantined: number;
  /** Bytes by kind of what is no record: bom, header, blank_line, comment, trailer, separator, markup, skipped_row (rows of skip_rows, FIX messages of other types). */
  readonly bytes_of_non_records: Readonly<Record<string, number>>;
  /** Good records of a failed file: bytes held back. */
  readonly bytes_not_loaded: number;
  /** Records that the separate tokenizer counted, for Parquet the rows that the footer states; null where it does not apply. */
  readonly tokenizer_records: number | null;
}
