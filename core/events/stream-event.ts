/**
 * What the collect step of a cycle says of streams: which of the objects that bridge, sink, candles and quality checks committed belong to the record
 * from now on. Numbers of committed objects ascend, and an event names all from its first to its last, so that none counts twice. No row values.
 */

/** Runs of offsets [first, last] as decimal texts, sorted, both ends included. */
export type OffsetTexts = readonly (readonly [first: string, last: string])[];

export interface StreamPart {
  readonly object: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the rows of a load stood in Kafka. */
export interface PartitionOffsetTexts {
  readonly kafka_topic: string;
  readonly partition: number;
  readonly ranges: OffsetTexts;
}

/** The slice of a stream that a load is: its rows are the messages at these offsets. */
export interface StreamSlice {
  /** Numbers of the sink's batches, both included; null where a subscription writes the warehouse's table and the slice is what stood in it. */
  readonly batches: { readonly first: number; readonly last: number } | null;
  /** When the bus took the first of its messages: nothing of it stands in an older partition of a table. */
  readonly from: string;
  /** When the last of the batches was closed, by the sink's clock. */
  readonly at: string;
  readonly offsets: readonly PartitionOffsetTexts[];
}

export interface StreamReadPartition {
  readonly partition: number;
  /** Offsets that are to be in the warehouse, as messages or dead letters, and that no event before told of. */
  readonly offsets: OffsetTexts;
  /** Messages that were read, told of before or not. */
  readonly read: number;
  readonly dead_lettered: number;
  readonly skipped: number;
  /** Published once for sure and perhaps twice. */
  readonly in_doubt: number;
  readonly lag_messages: number | null;
  readonly lag_ms: number | null;
}

export interface StreamReadRecord {
  readonly seq: number;
  readonly from: string;
  readonly at: string;
  readonly published: number;
  readonly dead_lettered: number;
  readonly bytes: number;
  readonly partitions: readonly StreamReadPartition[];
}

export interface StreamEventData {
  /** Records of what one bridge read. Key: source, writer and the records' numbers. */
  stream_read: { readonly kafka_topic: string; readonly writer: string; readonly records: readonly StreamReadRecord[] };
  /** Refused messages that the sink committed. Key: source and the numbers of the batches. */
  stream_dead_letters: {
    readonly batches: { readonly first: number; readonly last: number };
    readonly at: string;
    readonly rows: number;
    readonly parts: readonly StreamPart[];
  };
  /** Live candles of one partition. Key: source, partition and the numbers of their manifests. */
  stream_candles: {
    readonly partition: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly rows: number;
    readonly parts: readonly StreamPart[];
  };
  /** Findings of the live quality checks of one partition. Key: source, partition and the numbers of their manifests. */
  stream_findings: {
    readonly partition: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly rows: number;
    readonly parts: readonly StreamPart[];
  };
  /** What the warehouse found of a source's stream after a build, where it is otherwise than after the one before. Key: source. */
  stream_checked: {
    /** Messages that are missing in open gaps, by the gaps' kind. */
    readonly open_gaps: readonly {
      readonly kind: 'sequence' | 'loss';
      readonly severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
      readonly gaps: number;
      readonly missing: number;
    }[];
    /** Candles whose live and stored values differ by the limit or more. */
    readonly drifting_candles: number;
  };
}
