/**
 * What the live checks of market data found in one partition: findings, state and position in one object, created if absent. It is the commit point: what no
 * manifest names was never found. The chain of a partition has no holes and no forks.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { OutputColumn } from '../engine/output/file-output.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { findingsManifestName } from './object-names.ts';

const CLOSED = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });
const SHA256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const FINDINGS_MANIFEST_SCHEMA = Type.Object(
  {
    /** 1, 2, 3 ... of the partition, whoever writes. */
    seq: Type.Integer({ minimum: 1 }),
    writer: Type.String(),
    at: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z$' }),
    source: Type.String(),
    spec_version: Type.String(),
    kafka_topic: Type.String(),
    partition: COUNT,
    /** Offset of the next message: all before it were looked at. */
    position: Type.String({ pattern: '^[0-9]+$' }),
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

const check = new Ajv({ strict: false }).compile<FindingsManifest>(FINDINGS_MANIFEST_SCHEMA);

/** Key: source, partition and seq. 'taken' where another process wrote that seq: the partition is not the caller's any more. */
export async function commitFindings(store: ObjectStore, manifest: FindingsManifest): Promise<'committed' | 'taken'> {
  const name = findingsManifestName(manifest.source, manifest.partition, manifest.seq);
  const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
  try {
    await store.write(name, bytes, { ifAbsent: true });
    return 'committed';
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
    // Of a write whose answer was lost the text is the same.
    return bytes.equals(await store.read(name)) ? 'committed' : 'taken';
  }
}

/** STREAM_STATE where the object is no manifest. */
export async function readFindingsManifest(store: ObjectStore, name: string): Promise<FindingsManifest> {
  const manifest = parsed((await store.read(name)).toString('utf8'));
  if (check(manifest)) return manifest;
  throw new MarketsError('STREAM_STATE', 'An object is no manifest of findings.', {
    expected: 'the JSON of a manifest of findings',
    found: `${name}: ${check.errors?.[0]?.instancePath ?? ''} ${check.errors?.[0]?.message ?? ''}`,
    next: 'Restore the object from the copy of the bucket; nothing may change what lies under control/.',
  });
}

/** The newest manifest of a partition; null where there is none. Manifests are never deleted, so that the chain has no holes. */
export async function newestFindingsManifest(store: ObjectStore, source: string, partition: number): Promise<FindingsManifest | null> {
  const isThere = async (seq: number): Promise<boolean> => (await store.stat(findingsManifestName(source, partition, seq))) !== undefined;
  let absent = 1;
  while (await isThere(absent)) absent *= 2;
  let there = Math.floor(absent / 2);
  while (absent - there > 1) {
    const middle = Math.floor((absent + there) / 2);
    if (await isThere(middle)) there = middle;
    else absent = middle;
  }
  return there === 0 ? null : await readFindingsManifest(store, findingsManifestName(source, partition, there));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
