/**
 * A source spec after it was parsed, checked and completed: the form that every lane reads. Fields keep the words of the
 * YAML, defaults are filled in, times and numbers are typed values, rules and mappings are typed expressions.
 * It is plain data (bigint and Uint8Array besides JSON's types), so that it passes a process border by structured clone.
 */
import type { Expression } from '../expression/expression.ts';
import type { ColumnType, Value } from '../types/column-type.ts';
import type { EntityName } from '../canonical/entities.ts';
import type { Quality } from './quality.ts';

export type { DuplicateCheck, OutlierCheck, Quality } from './quality.ts';

export interface SourceSpec {
  readonly name: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly description: string;
  readonly owner: string;
  readonly domain: string;
  /** The YAML file, relative to the specs folder, '/'-separated. */
  readonly spec_file: string;
  /** sha256 of the YAML file's bytes, lower-case hex: the name of its copy under control/specs/. */
  readonly spec_version: string;
  readonly source: Source;
  readonly schema: readonly Column[];
  readonly schema_drift: 'freeze' | 'evolve' | 'discard';
  readonly control_file: ControlFile | null;
  readonly expectations: Expectations;
  readonly validation: Validation;
  readonly processing: Processing;
  readonly canonical: Canonical;
  readonly quality: Quality;
  /** The way through Kafka and Pub/Sub; null where the source comes as files alone. */
  readonly stream: Stream | null;
  readonly tests: readonly InlineTest[];
}

export type SourceFormat = 'csv' | 'json' | 'jsonl' | 'xml' | 'fixed_width' | 'fix' | 'parquet';

export interface Source {
  /** Files in landing/, or messages of a topic, one record each. */
  readonly type: 'file' | 'stream';
  /** Where its files arrive; null for a stream, which has none. */
  readonly path_pattern: PathPattern | null;
  readonly format: SourceFormat;
  readonly encoding: 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252';
  /** The source's time zone (IANA name), for an arrival date and a business date's midnight. UTC by default. */
  readonly timezone: string;
  readonly csv: CsvDialect;
  readonly xml: XmlLayout | null;
  /** JSON Pointer (RFC 6901) to the array of records; '' is the document itself. Only read for json. */
  readonly records: string;
  /** Characters of a line of fixed_width; null where the last column ends it. */
  readonly record_width: number | null;
  readonly fix: FixDialect | null;
}

/** A compiled glob below landing/. `*` stays within one folder, `**` crosses folders, `?` is one character. */
export interface PathPattern {
  /** As written, e.g. murex/trades_{business_date:%Y%m%d}.xml. */
  readonly text: string;
  /** Source of a JavaScript regular expression (flag u, anchored) over names below landing/, `.gz` or `.zst` allowed at the end; groups year, month, day when it captures. */
  readonly regex: string;
  readonly captures_business_date: boolean;
}

export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
  /** The character that escapes a quote within a quoted field: the quote itself (RFC 4180) or another one. */
  readonly escape: string | null;
  readonly has_header: boolean;
  readonly skip_rows: number;
  readonly comment: string | null;
  readonly null_values: readonly string[];
  readonly decimal_separator: '.' | ',';
  /** Columns of the file that are known and not loaded: by header text, or by 1-based position where the header is empty or absent. */
  readonly ignore_columns: readonly (string | number)[];
}

export interface FixDialect {
  /** What stands between fields; null where the first message tells. */
  readonly separator: 'SOH' | '|' | null;
  /** MsgType (35) of the messages that are records; null for all. */
  readonly message_types: readonly string[] | null;
}

export interface XmlLayout {
  readonly root_element: string | null;
  readonly row_element: string;
  /** prefix -> namespace URI. */
  readonly namespaces: Readonly<Record<string, string>>;
  readonly flatten_nested: boolean;
}

export interface Column {
  readonly name: string;
  readonly description: string;
  readonly type: ColumnType;
  /** The type as written, e.g. NUMERIC(18,4). */
  readonly type_text: string;
  readonly mode: 'NULLABLE' | 'REPEATED';
  readonly nullable: boolean;
  readonly locator: ColumnLocator;
  /** How a date, time, datetime or timestamp is written; null for other types. */
  readonly format: TimeFormat | null;
  /** IANA zone of a local time without offset. */
  readonly timezone: string;
  readonly precision: 'us' | 'ns';
  /** The value that takes the place of NULL. */
  readonly default: Value;
  readonly allowed_values: readonly Value[] | null;
  /** A regular expression that must match the whole text (JavaScript syntax, flag u). STRING only. */
  readonly pattern: string | null;
  readonly min_value: Value;
  readonly max_value: Value;
  /** In characters (code points); for BYTES in bytes. */
  readonly max_length: number | null;
  readonly unique: boolean;
  readonly check: 'lei' | 'isin' | 'mic' | 'currency' | 'cfi' | 'figi' | null;
  readonly classification: 'pii' | 'confidential' | null;
  readonly unit: string | null;
}

/** Where a column's value stands in a record. */
export type ColumnLocator =
  /** CSV by the header's text. */
  | { readonly kind: 'header'; readonly text: string }
  /** CSV by 1-based position. */
  | { readonly kind: 'position'; readonly position: number }
  /** Fixed width: `width` characters from the 1-based `position` on. */
  | { readonly kind: 'characters'; readonly position: number; readonly width: number }
  /** FIX: the field's tag; of a count of repeating groups a JSON column has the groups. */
  | { readonly kind: 'tag'; readonly tag: number }
  /** JSON: member names and array indexes from the record, e.g. ['order', 'legs', 0]. */
  | { readonly kind: 'json_path'; readonly steps: readonly (string | number)[] }
  /** XML: a relative path from the row element. */
  | { readonly kind: 'xpath'; readonly steps: readonly XmlStep[] };

/** One step of the XPath subset: child elements, the parent, an attribute or the text of the element. */
export type XmlStep =
  | { readonly kind: 'child'; readonly namespace: string | null; readonly name: string; readonly index: number | null }
  | { readonly kind: 'attribute'; readonly namespace: string | null; readonly name: string }
  | { readonly kind: 'text' }
  | { readonly kind: 'self' };

export type TimeFormat =
  | { readonly kind: 'iso8601' }
  | { readonly kind: 'epoch'; readonly unit: 's' | 'ms' | 'us' | 'ns' }
  /** strptime directives already split: '%Y' -> {directive: 'Y'}, other text literal. */
  | { readonly kind: 'strptime'; readonly text: string; readonly parts: readonly StrptimePart[] };

export type StrptimePart = { readonly literal: string } | { readonly directive: StrptimeDirective };
export type StrptimeDirective = 'Y' | 'm' | 'd' | 'H' | 'I' | 'M' | 'S' | 'f' | 'N' | 'p' | 'z' | 'Z' | 'j' | 'y' | 'b' | 'B' | 'e';

export interface ControlFile {
  readonly type: 'sidecar_xml' | 'sidecar_csv' | 'sidecar_json' | 'properties' | 'trailer' | 'header';
  /** File name with {filename}; null for trailer and header, which are records of the data file itself. */
  readonly pattern: string | null;
  /** XPath, CSV column, JSON member or property key that holds the number of records. */
  readonly row_count: string | null;
  readonly checksum: string | null;
  readonly business_date: string | null;
  readonly checksum_algorithm: 'md5' | 'sha256' | 'crc32c' | null;
  /** Column -> where the control file states its total. */
  readonly totals: readonly { readonly column: string; readonly field: string }[];
  readonly required: boolean;
  readonly wait_minutes: number;
}

export interface Expectations {
  readonly frequency: 'hourly' | 'daily' | 'weekly' | 'monthly' | 'intraday' | null;
  /** Wall time and zone by which a business date's files are due. */
  readonly expected_by: { readonly time: string; readonly timezone: string } | null;
  /** weekdays, every_day, or an exchange's MIC. */
  readonly calendar: string;
  readonly min_files_per_day: number;
  readonly max_files_per_day: number | null;
  readonly typical_row_count: { readonly min: number | null; readonly max: number | null } | null;
  readonly max_file_size_mb: number | null;
}

export type Severity = 'error' | 'warning';

export interface RowRule {
  /** As written. */
  readonly rule: string;
  readonly expression: Expression;
  readonly severity: Severity;
  /** The rule's own code, shown as `rule` of its findings; else the text of the rule. */
  readonly code: string | null;
  readonly description: string | null;
}

export interface FileRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly code: string | null;
  readonly description: string | null;
  readonly check:
    | { readonly kind: 'row_count_matches_control_file' }
    | { readonly kind: 'no_duplicates'; readonly columns: readonly string[] }
    /** An expression over row_count and the aggregates, which are its columns in this order after row_count. */
    | { readonly kind: 'aggregate'; readonly expression: Expression; readonly aggregates: readonly Aggregate[] };
}

/** count(x), count(distinct x), sum(x), min(x), max(x) over the records that are staged. */
export interface Aggregate {
  readonly function: 'count' | 'count_distinct' | 'sum' | 'min' | 'max';
  readonly argument: Expression;
  readonly type: ColumnType;
}

export interface Validation {
  readonly row_level: readonly RowRule[];
  readonly file_level: readonly FileRule[];
  readonly max_bad_rows: number | null;
  /** Exact: bad * 10^9 > ratio_ppb * records means failed. */
  readonly max_bad_ratio_ppb: number | null;
}

export interface Processing {
  readonly identity: Identity | null;
  readonly deduplication: {
    readonly key: readonly string[];
    readonly strategy: 'latest_version' | 'latest_arrival' | 'first_arrival' | 'none';
    readonly version_field: string | null;
  };
  readonly resupply: 'replace' | 'append';
  readonly delivery: 'full' | 'delta';
  readonly partition_field: string | null;
  readonly cluster_fields: readonly string[];
}

export interface Identity {
  readonly domain: string;
  readonly source_system: string;
  /** STRING expression over the columns; blanks at both ends of the columns it names are trimmed by the engine. */
  readonly source_id: Expression;
  /** Columns that source_id reads. */
  readonly columns: readonly string[];
}

export interface Canonical {
  readonly entity: EntityName;
  /** Canonical column -> expression over the source columns, already cast to the canonical column's type. Absent columns are NULL. */
  readonly map: readonly { readonly column: string; readonly expression: Expression; readonly origin: 'spec' | 'name' | 'default' }[];
}

/**
 * Topics and times of a stream. Fields are names of columns of the schema. With source.type file it is the variant of low volume: the
 * messages of the Kafka topic are written as files to landing/, and nothing is published to Pub/Sub.
 */
export interface Stream {
  readonly kafka_topic: string;
  /** Short name of the Pub/Sub topic of good messages. */
  readonly pubsub_topic: string;
  readonly dead_letter_topic: string;
  /** Of messages with the same value the first arrival counts, unless processing.deduplication says otherwise. */
  readonly key_field: string | null;
  /** TIMESTAMP: when what the message tells of happened. By default the column that the entity's own time is mapped from. */
  readonly event_time_field: string | null;
  /** INT64 that grows by one from message to message of the same sequence_by and partition. */
  readonly sequence_field: string | null;
  /** Columns that tell one sequence from another, e.g. instrument and session. */
  readonly sequence_by: readonly string[];
  /** The column whose text orders messages on Pub/Sub; null for no order. */
  readonly partition_key: string | null;
  /** How long after the newest event time an event may come and still be in time. */
  readonly allowed_lateness_ms: number;
  /** The source of files that tells of the same events, for the reconciliation. */
  readonly reconcile_with: string | null;
}

export interface InlineTest {
  readonly name: string;
  /** One row as source column -> text as it would stand in the file; null is an absent value. */
  readonly given: Readonly<Record<string, string | null>>;
  readonly expect: { readonly accepted: true } | { readonly accepted: false; readonly codes: readonly string[] };
}
