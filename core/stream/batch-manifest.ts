/**
 * What a sink committed as one batch: its parts and the offsets in them. The manifest's creation is the commit: what no manifest names is not there.
 * The manifests of a source are one chain without holes, each with the digest of the one before, written by as many sinks as there are.
 */
import { Type, type Static } from '@sinclair/typebox';
import { isMarketsError, type MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { PartitionOffsets } from './committed-offsets.ts';
import { CLOSED, COUNT, MOMENT, SEQ, SHA256 } from './object-forms.ts';
import { batchName } from './object-names.ts';
import { countOffsets, rangesOfTexts } from './offset-ranges.ts';
import { sha256Of } from './sha256-of.ts';
import { jsonBytes, notOfKind, storedJson } from './stored-json.ts';

const PART_KIND = Type.Union([Type.Literal('messages'), Type.Literal('dead_letters')]);
const RANGES = Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), { minItems: 1 });

export const BATCH_MANIFEST_SCHEMA = Type.Object(
  {
    /** 1, 2, 3 ... of the source. */
    seq: SEQ,
    writer: Type.String({ minLength: 1 }),
    /** When the batch was closed. */
    at: MOMENT,
    source: Type.String({ minLength: 1 }),
    kind: Type.Union([PART_KIND, Type.Literal('both')]),
    /** At most one a kind; none is empty. */
    parts: Type.Array(
      Type.Object({ object: Type.String(), kind: PART_KIND, rows: Type.Integer({ minimum: 1 }), bytes: COUNT, sha256: SHA256 }, CLOSED),
      {
        minItems: 1,
        maxItems: 2,
      },
    ),
    /** Of each kind, topic and partition. An offset stands in one batch of the chain only, whatever its kind. */
    offsets: Type.Array(Type.Object({ kind: PART_KIND, kafka_topic: Type.String(), partition: COUNT, ranges: RANGES }, CLOSED)),
    /** Messages that do not say where they stood in Kafka, by the identity that the bus gave them: rows of the dead letters. */
    unplaced: Type.Array(Type.String()),
    /** When the bus took the first and the last message. */
    min_publish_time: MOMENT,
    max_publish_time: MOMENT,
    /** Deliveries of what was in a batch before, or in this one. */
    duplicates_dropped: COUNT,
    /** Of the manifest before; null for the first. */
    prev_sha256: Type.Union([SHA256, Type.Null()]),
  },
  CLOSED,
);

export type BatchManifest = Static<typeof BATCH_MANIFEST_SCHEMA>;
export type BatchPart = BatchManifest['parts'][number];

/** A manifest as it lies in the store. */
export interface StoredBatch {
  readonly manifest: BatchManifest;
  /** Of its bytes: what the next one has as prev_sha256. */
  readonly sha256: string;
}

/** Manifests of 50,000 messages of which no two stand side by side are smaller. */
const BYTES_MAX = 16 * 1024 * 1024;

const KIND = {
  what: 'no manifest of a batch',
  expected: 'the JSON of a batch of its source and number, with as many rows as offsets',
};
const manifests = storedJson({ ...KIND, schema: BATCH_MANIFEST_SCHEMA });

export function batchBytes(manifest: BatchManifest): Buffer {
  return jsonBytes(manifest);
}

/** undefined where there is no batch of this number yet. STREAM_STATE where the object is no manifest of this source and number. */
export async function readBatch(store: ObjectStore, source: string, seq: number): Promise<StoredBatch | undefined> {
  const name = batchName(source, seq);
  let bytes: Buffer;
  try {
    bytes = await store.read(name, { maxBytes: BYTES_MAX });
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return undefined;
    throw error;
  }
  const manifest = manifests.parse(name, bytes);
  if (manifest.source !== source || manifest.seq !== seq) throw wrong(name, `batch ${manifest.seq} of ${manifest.source}`);
  checkRows(name, manifest);
  return { manifest, sha256: sha256Of(bytes) };
}

/** The offsets of a batch, a topic and partition as often as it has kinds. STREAM_STATE where they are no sets. */
export function offsetsOf({ offsets }: BatchManifest): readonly PartitionOffsets[] {
  return offsets.map(({ kafka_topic, partition, ranges }) => ({ topic: kafka_topic, partition, ranges: rangesOfTexts(ranges) }));
}

/** As many rows as offsets: a manifest that does not hold its own sum is not one of ours. */
function checkRows(name: string, manifest: BatchManifest): void {
  const rows = BigInt(manifest.parts.reduce((sum, part) => sum + part.rows, 0));
  const offsets = offsetsOf(manifest).reduce((sum, { ranges }) => sum + countOffsets(ranges), BigInt(manifest.unplaced.length));
  if (rows !== offsets) throw wrong(name, `${rows} rows and ${offsets} offsets`);
}

function wrong(name: string, found: string): MarketsError {
  return notOfKind(KIND, `${name}: ${found}`);
}
