/**
 * What a source's batches hold together, up to every 256th of them: so that a sink that starts reads the newest checkpoint and at most 256 manifests.
 * Whoever goes past such a batch writes its checkpoint first, so the checkpoints are a chain without holes as well. Derived: the same batches give the same one.
 */
import { Type } from '@sinclair/typebox';
import type { ObjectStore } from '../ports/object-store.ts';
import type { PartitionOffsets } from './committed-offsets.ts';
import { lastOfChain } from './chain-end.ts';
import { CLOSED, COUNT, SHA256 } from './object-forms.ts';
import { batchCheckpointName } from './object-names.ts';
import { rangesAsTexts, type OffsetRange } from './offset-ranges.ts';
import { createIfAbsent, jsonBytes, notOfKind, storedJson } from './stored-json.ts';

export const CHECKPOINT_BATCHES = 256;
/** A million runs. */
const BYTES_MAX = 128 * 1024 * 1024;
/** Identities of messages without a place that are remembered: the newest. */
export const UNPLACED_MAX = 100_000;

const OFFSETS = Type.Object(
  {
    kafka_topic: Type.String(),
    partition: COUNT,
    ranges: Type.Array(Type.Array(Type.String({ pattern: '^[0-9]{1,19}$' }), { minItems: 2, maxItems: 2 })),
  },
  CLOSED,
);
const CHECKPOINT_SCHEMA = Type.Object(
  {
    seq: Type.Integer({ minimum: CHECKPOINT_BATCHES }),
    source: Type.String(),
    offsets: Type.Array(OFFSETS),
    unplaced: Type.Array(Type.String()),
    /** Of manifest `seq`. */
    sha256: SHA256,
  },
  CLOSED,
);
const KIND = { what: 'no checkpoint of batches', expected: 'the checkpoint of a number of batches of its source' };
const checkpoints = storedJson({ ...KIND, schema: CHECKPOINT_SCHEMA, bytesMax: BYTES_MAX });

/** Everything that batches up to `seq` hold. */
export interface ChainState {
  readonly seq: number;
  /** Of manifest `seq`; null before the first. */
  readonly sha256: string | null;
  readonly offsets: readonly PartitionOffsets[];
  readonly unplaced: readonly string[];
}

/** Key: source and seq; nothing happens where it is there already. */
export async function writeCheckpoint(store: ObjectStore, source: string, { seq, sha256, offsets, unplaced }: ChainState): Promise<void> {
  const texts = offsets.map(({ topic, partition, ranges }) => ({ kafka_topic: topic, partition, ranges: rangesAsTexts(ranges) }));
  await createIfAbsent(store, batchCheckpointName(source, seq), jsonBytes({ seq, source, offsets: texts, unplaced, sha256 }));
}

/** The newest checkpoint behind batch `after`; undefined where there is none. STREAM_STATE where it is no checkpoint. */
export async function newestCheckpoint(store: ObjectStore, source: string, after: number): Promise<ChainState | undefined> {
  const from = Math.floor(after / CHECKPOINT_BATCHES);
  const number = await lastOfChain(
    from,
    async (each) => (await store.stat(batchCheckpointName(source, each * CHECKPOINT_BATCHES))) !== undefined,
  );
  return number === from ? undefined : await readCheckpoint(store, source, number * CHECKPOINT_BATCHES);
}

async function readCheckpoint(store: ObjectStore, source: string, seq: number): Promise<ChainState> {
  const name = batchCheckpointName(source, seq);
  const checkpoint = await checkpoints.read(store, name);
  if (checkpoint.source !== source || checkpoint.seq !== seq) {
    throw notOfKind(KIND, `${name}: checkpoint ${checkpoint.seq} of ${checkpoint.source}`);
  }
  const offsets = checkpoint.offsets.map(({ kafka_topic, partition, ranges }) => ({
    topic: kafka_topic,
    partition,
    ranges: ranges.map(([first = '', last = '']): OffsetRange => [BigInt(first), BigInt(last)]),
  }));
  return { seq, sha256: checkpoint.sha256, offsets, unplaced: checkpoint.unplaced };
}
