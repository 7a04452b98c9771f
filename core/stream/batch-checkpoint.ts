/**
 * What a source's batches hold together, up to every 256th of them: so that a sink that starts reads the newest checkpoint and at most 256 manifests.
 * Whoever goes past such a batch writes its checkpoint first, so the checkpoints are a chain without holes as well. Derived: the same batches give the same one.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { PartitionOffsets } from './committed-offsets.ts';
import { lastOfChain } from './chain-end.ts';
import { batchCheckpointName } from './object-names.ts';
import { rangesAsTexts, type OffsetRange } from './offset-ranges.ts';

export const CHECKPOINT_BATCHES = 256;
/** A million runs. */
const BYTES_MAX = 128 * 1024 * 1024;
/** Identities of messages without a place that are remembered: the newest. */
export const UNPLACED_MAX = 100_000;

const CLOSED = { additionalProperties: false } as const;
const OFFSETS = Type.Object(
  {
    kafka_topic: Type.String(),
    partition: Type.Integer({ minimum: 0 }),
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
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  CLOSED,
);
type BatchCheckpoint = Static<typeof CHECKPOINT_SCHEMA>;

const check = new Ajv({ strict: false }).compile<BatchCheckpoint>(CHECKPOINT_SCHEMA);

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
  const bytes = Buffer.from(`${JSON.stringify({ seq, source, offsets: texts, unplaced, sha256 })}\n`);
  try {
    await store.write(batchCheckpointName(source, seq), bytes, { ifAbsent: true });
  } catch (error) {
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  }
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
  const bytes = await store.read(name, { maxBytes: BYTES_MAX });
  let checkpoint: unknown;
  try {
    checkpoint = JSON.parse(bytes.toString('utf8'));
  } catch {
    checkpoint = undefined;
  }
  if (!check(checkpoint) || checkpoint.source !== source || checkpoint.seq !== seq) {
    throw new MarketsError('STREAM_STATE', 'An object is no checkpoint of batches.', {
      expected: `the checkpoint of batch ${seq} of ${source}`,
      found: `${name}: ${check.errors?.[0]?.instancePath ?? ''} ${check.errors?.[0]?.message ?? ''}`,
      next: 'Restore the object from the copy of the bucket; nothing may change what lies under control/.',
    });
  }
  const offsets = checkpoint.offsets.map(({ kafka_topic, partition, ranges }) => ({
    topic: kafka_topic,
    partition,
    ranges: ranges.map(([first = '', last = '']): OffsetRange => [BigInt(first), BigInt(last)]),
  }));
  return { seq, sha256: checkpoint.sha256, offsets, unplaced: checkpoint.unplaced };
}
