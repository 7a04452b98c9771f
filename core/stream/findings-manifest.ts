/**
 * What the live checks of market data found in one partition: findings, state and position in one object, created if absent. It is the commit point: what no
 * manifest names was never found. The chain of a partition has no holes and no forks.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { OutputColumn } from '../engine/output/file-output.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { lastOfChain } from './chain-end.ts';
import { CLOSED, COUNT, MOMENT, OFFSET, SEQ, SHA256 } from './object-forms.ts';
import { findingsManifestName } from './object-names.ts';
import { storedJson } from './stored-json.ts';

export const FINDINGS_MANIFEST_SCHEMA = Type.Object(
  {
    /** 1, 2, 3 ... of the partition, whoever writes. */
    seq: SEQ,
    writer: Type.String(),
    at: MOMENT,
    source: Type.String(),
    spec_version: Type.String(),
    kafka_topic: Type.String(),
    partition: COUNT,
    /** Offset of the next message: all before it were looked at. */
    position: OFFSET,
    state: Type.Object({ object: Type.String(), sha256: SHA256 }, CLOSED),
    /** At most one. */
    parts: Type.Array(Type.Object({ object: Type.String(), kind: Type.Literal('findings'), rows: COUNT, sha256: SHA256 }, CLOSED)),
    /** Since the partition was first read. `not_followed`: messages beyond the limits of memory, or of a day long past. */
    counts: Type.Object({ messages: COUNT, refused: COUNT, not_followed: COUNT, findings: Type.Record(Type.String(), COUNT) }, CLOSED),
  },
  CLOSED,
);

export type FindingsManifest = Static<typeof FINDINGS_MANIFEST_SCHEMA>;

function column(name: string, type: OutputColumn['type']): OutputColumn {
  return { name, type, repeated: false };
}
const STRING = { kind: 'STRING' } as const;
const AMOUNT = { kind: 'DECIMAL', precision: 38, scale: 18 } as const;

/** Columns of the parts, in order. A finding is told by source, check_name, column_name, topic, partition and offset. */
export const FINDING_COLUMNS: readonly OutputColumn[] = [
  column('source_name', STRING),
  column('check_name', STRING),
  column('column_name', STRING),
  column('kafka_topic', STRING),
  column('kafka_partition', { kind: 'INT64' }),
  column('kafka_offset', { kind: 'INT64' }),
  column('event_time', { kind: 'TIMESTAMP' }),
  column('instrument_id', STRING),
  column('measure', AMOUNT),
  column('threshold', AMOUNT),
  column('severity', STRING),
  column('arrived_at', { kind: 'TIMESTAMP' }),
];

const manifests = storedJson({
  schema: FINDINGS_MANIFEST_SCHEMA,
  what: 'no manifest of findings',
  expected: 'the JSON of a manifest of findings',
});

/** Key: source, partition and seq. 'taken' where another process wrote that seq: the partition is not the caller's any more. */
export async function commitFindings(store: ObjectStore, manifest: FindingsManifest): Promise<'committed' | 'taken'> {
  return await manifests.commit(store, findingsManifestName(manifest.source, manifest.partition, manifest.seq), manifest);
}

/** STREAM_STATE where the object is no manifest. */
export async function readFindingsManifest(store: ObjectStore, name: string): Promise<FindingsManifest> {
  return await manifests.read(store, name);
}

/** The newest manifest of a partition; null where there is none. Manifests are never deleted, so that the chain has no holes. */
export async function newestFindingsManifest(store: ObjectStore, source: string, partition: number): Promise<FindingsManifest | null> {
  const seq = await lastOfChain(0, async (each) => (await store.stat(findingsManifestName(source, partition, each))) !== undefined);
  return seq === 0 ? null : await readFindingsManifest(store, findingsManifestName(source, partition, seq));
}
