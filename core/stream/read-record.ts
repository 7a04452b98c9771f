/**
 * What a bridge read, run by run: the proof against which a loss is found. Written before the offsets that it covers are committed, so that after a
 * crash two records may tell of the same offsets; whoever reads them takes the union.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ObjectStore } from '../ports/object-store.ts';
import { CLOSED, COUNT, MOMENT, OFFSET, SEQ } from './object-forms.ts';
import { readRecordName, readRecordsPrefix } from './object-names.ts';
import { jsonBytes, storedJson } from './stored-json.ts';

/** Sorted runs [first, last] as decimal texts; see offset-ranges.ts. */
const RANGES = Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }));

export const READ_RECORD_SCHEMA = Type.Object(
  {
    writer: Type.String(),
    /** 1, 2, 3 ... of this writer and source. */
    seq: SEQ,
    /** When it was written, and from when on it counts. */
    at: MOMENT,
    from: MOMENT,
    source: Type.String(),
    kafka_topic: Type.String(),
    spec_version: Type.String(),
    partitions: Type.Array(
      Type.Object(
        {
          partition: COUNT,
          /** Offsets that were read and are done: published, dead-lettered or skipped. A hole in the log is no run's part. */
          ranges: RANGES,
          count: COUNT,
          /** Sum of the offsets mod 2^63. */
          checksum: OFFSET,
          dead_lettered: RANGES,
          /** No record of the source, by its spec: FIX messages of other types. */
          skipped: RANGES,
          /** Published once for sure and perhaps twice: an answer was lost, or another process may have published them before. */
          in_doubt: RANGES,
          /** Messages in the log that are not done, and the age of the newest that is; null where it is not known. */
          lag_messages: Type.Union([COUNT, Type.Null()]),
          lag_ms: Type.Union([COUNT, Type.Null()]),
        },
        CLOSED,
      ),
    ),
    published: COUNT,
    dead_lettered: COUNT,
    /** Of the messages' values. */
    bytes: COUNT,
    /** From reading a message to the bus's answer; null where none was published. */
    publish_latency_ms: Type.Object(
      { p50: Type.Union([Type.Number(), Type.Null()]), p99: Type.Union([Type.Number(), Type.Null()]) },
      CLOSED,
    ),
  },
  CLOSED,
);

export type ReadRecord = Static<typeof READ_RECORD_SCHEMA>;
export type PartitionRead = ReadRecord['partitions'][number];

const records = storedJson({ schema: READ_RECORD_SCHEMA, what: 'no record of what was read', expected: 'the JSON of a read-record' });

/** Key: source, writer and seq. STORE_EXISTS where it was written before: the caller counts on, for nobody else has its writer's name. */
export async function writeReadRecord(store: ObjectStore, record: ReadRecord): Promise<string> {
  const name = readRecordName(record.source, record.writer, record.seq);
  await store.write(name, jsonBytes(record), { ifAbsent: true });
  return name;
}

/** STREAM_STATE where the object is no read-record. */
export async function readReadRecord(store: ObjectStore, name: string): Promise<ReadRecord> {
  return await records.read(store, name);
}

/** Names of a source's records in order of writer and seq; `after` leaves out those up to that name. */
export async function* listReadRecords(store: ObjectStore, source: string, after = ''): AsyncGenerator<string> {
  for await (const { name } of store.list(readRecordsPrefix(source))) {
    if (name > after && name.endsWith('.json')) yield name;
  }
}
