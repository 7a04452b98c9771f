/** Part first, then the manifest, created if absent: that is the commit. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { batchBytes, readBatch, type BatchManifest, type BatchPart } from '../../core/stream/batch-manifest.ts';
import { CommittedOffsets } from '../../core/stream/committed-offsets.ts';
import { batchName, partName, type PartKind } from '../../core/stream/object-names.ts';
import { rangesAsTexts } from '../../core/stream/offset-ranges.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { createIfAbsent } from '../../core/stream/stored-json.ts';
import type { BatchChain } from './batch-chain.ts';
import { byPlace, type Delivery } from './delivery.ts';
import type { OpenBatch } from './open-batch.ts';
import { partBytes, type PartFormat } from './part-bytes.ts';

export interface BatchPlace {
  readonly store: ObjectStore;
  readonly writer: string;
  readonly format: PartFormat;
  /** A folder of this machine for a file of a moment. */
  readonly scratch: string;
  /** ISO 8601 UTC, 6 digits. */
  readonly now: () => string;
  /** Called where another sink was first with a number. */
  readonly lost?: () => void;
  /** Called between the parts and the manifest. */
  readonly written?: () => void;
}

/** Numbers that other sinks may take before this one, for one batch. */
const TRIES_MAX = 1000;
/** Calls for one number by one process that failed behind a part. */
const TAKES_MAX = 1000;
const KINDS: readonly PartKind[] = ['messages', 'dead_letters'];

/**
 * Commits what no batch has yet of `batch`, under the next free number; null where nothing is left. What is left out is acknowledged, for it is in another
 * batch; what is committed the caller acknowledges. Safe to repeat after any error: a batch whose answer was lost is found in the chain.
 * Key: source and number.
 */
export async function commitBatch(place: BatchPlace, chain: BatchChain, batch: OpenBatch): Promise<BatchManifest | null> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    await chain.catchUp();
    batch.drop((delivery) => chain.has(delivery));
    if (batch.rows.length === 0) return null;
    const manifest = await writeParts(place, chain, batch);
    place.written?.();
    if (await created(place, chain, manifest)) return manifest;
    place.lost?.();
  }
  throw new MarketsError('STORE_UNAVAILABLE', 'Other sinks took every number.', {
    expected: `a free number of ${TRIES_MAX}`,
    found: chain.source,
  });
}

async function created(place: BatchPlace, chain: BatchChain, manifest: BatchManifest): Promise<boolean> {
  const bytes = batchBytes(manifest);
  if (!(await createIfAbsent(place.store, batchName(manifest.source, manifest.seq), bytes))) {
    await removeUnnamed(place, manifest);
    return false;
  }
  await chain.append({ manifest, sha256: sha256Of(bytes) });
  return true;
}

async function writeParts(place: BatchPlace, { source, seq, sha256 }: BatchChain, batch: OpenBatch): Promise<BatchManifest> {
  const at = place.now();
  const rows = batch.rows.toSorted(byPlace);
  const parts: BatchPart[] = [];
  for (const kind of KINDS) {
    const some = rows.filter((row) => row.kind === kind);
    if (some.length === 0) continue;
    const bytes = await partBytes(some, place.format, place.scratch);
    const nameOf = (take: number): string => {
      const writer = take === 0 ? place.writer : `${place.writer}-${take}`;
      return partName(source, kind, at.slice(0, 10), seq + 1, writer, place.format);
    };
    const object = await writeOnce(place.store, nameOf, bytes);
    parts.push({ object, kind, rows: some.length, bytes: bytes.length, sha256: sha256Of(bytes) });
  }
  const kinds = parts.map((part) => part.kind);
  const times = rows.map(({ message }) => message.publishTime).toSorted();
  return {
    seq: seq + 1,
    writer: place.writer,
    at,
    source,
    kind: kinds.length === 1 && kinds[0] !== undefined ? kinds[0] : 'both',
    parts,
    offsets: KINDS.flatMap((each) => offsetsOfKind(rows, each)),
    unplaced: rows.filter((row) => row.place === null).map(({ message }) => message.messageId),
    min_publish_time: times[0] ?? at,
    max_publish_time: times.at(-1) ?? at,
    duplicates_dropped: batch.duplicates,
    prev_sha256: sha256,
  };
}

function offsetsOfKind(rows: readonly Delivery[], kind: PartKind): BatchManifest['offsets'] {
  const offsets = new CommittedOffsets();
  for (const row of rows) if (row.kind === kind && row.place !== null) offsets.add(row.place);
  return offsets.all().map(({ topic, partition, ranges }) => ({ kind, kafka_topic: topic, partition, ranges: rangesAsTexts(ranges) }));
}

/**
 * Never in the place of other bytes: a manifest of an earlier call, whose answer is still out, may name them. The name that has these bytes.
 * Key: the name and the bytes.
 */
async function writeOnce(store: ObjectStore, nameOf: (take: number) => string, bytes: Buffer): Promise<string> {
  for (let take = 0; take < TAKES_MAX; take += 1) {
    const name = nameOf(take);
    if (await createIfAbsent(store, name, bytes)) return name;
    const there = await store.stat(name);
    if (there?.sizeBytes === bytes.length && (await store.read(name, { maxBytes: bytes.length })).equals(bytes)) return name;
  }
  throw new MarketsError('STORE_UNAVAILABLE', 'A part was begun too often.', { expected: `at most ${TAKES_MAX} times`, found: nameOf(0) });
}

/** Parts that no manifest will name. They do no harm where they stay: nobody lists parts, and retention takes them. */
async function removeUnnamed({ store, writer }: BatchPlace, { source, seq, parts }: BatchManifest): Promise<void> {
  const winner = await readBatch(store, source, seq);
  if (winner === undefined || winner.manifest.writer === writer) return;
  for (const { object } of parts) {
    const stat = await store.stat(object);
    if (stat === undefined) continue;
    try {
      await store.delete(object, { generation: stat.generation });
    } catch (error) {
      if (!isMarketsError(error)) throw error;
    }
  }
}
