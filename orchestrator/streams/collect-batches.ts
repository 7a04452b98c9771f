/**
 * Batches of the sink that no event names, as one slice: its messages are a load (ADR 0048), its dead letters an event of their own. A slice ends after so many
 * batches or rows, whichever comes first, so that neither an event nor a build grows without bound.
 */
import { createHash } from 'node:crypto';
import { loadId } from '../../core/identity/load-id.ts';
import type { PartitionOffsetTexts, StreamPart } from '../../core/events/stream-event.ts';
import type { BatchManifest, BatchPart } from '../../core/stream/batch-manifest.ts';
import { listBatches } from '../../core/stream/list-batches.ts';
import { batchName } from '../../core/stream/object-names.ts';
import { rangesAsTexts, rangesOfTexts, unionRanges, type OffsetRanges } from '../../core/stream/offset-ranges.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane, LoadedSpec } from '../run/lane.ts';

export const SLICE_BATCHES_MAX = 500;
const SLICE_ROWS_MAX = 5_000_000;

export async function collectBatches(lane: Lane, { spec }: LoadedSpec): Promise<readonly AnyNewEvent[]> {
  const batches = await nextBatches(lane, spec.name);
  const [first, last] = [batches[0], batches.at(-1)];
  if (first === undefined || last === undefined) return [];
  const slice = { batches: { first: first.seq, last: last.seq }, at: last.at };
  const at = lane.clock.now();
  const events: AnyNewEvent[] = [];
  const messages = partsOf(batches, 'messages');
  if (messages.length > 0) {
    const object = `stream/${spec.name}/${String(first.seq)}-${String(last.seq)}`;
    const identity = { source: spec.name, object, sha256: digestOf(messages), version: 1, spec_version: spec.spec_version };
    events.push({
      type: 'load_published',
      at,
      load_id: loadId(identity),
      source: spec.name,
      data: {
        object,
        business_date: last.max_publish_time.slice(0, 10),
        version: 1,
        attempt: 1,
        spec_version: spec.spec_version,
        sha256: identity.sha256,
        rows: rowsOf(messages),
        parts: messages,
        manifest: batchName(spec.name, last.seq),
        supersedes: [],
        epoch: lane.epoch,
        stream: { ...slice, from: firstMoment(batches), offsets: offsetsOf(batches) },
      },
    });
  }
  const dead = partsOf(batches, 'dead_letters');
  if (dead.length > 0) {
    events.push({ type: 'stream_dead_letters', at, source: spec.name, data: { ...slice, rows: rowsOf(dead), parts: dead } });
  }
  return events;
}

async function nextBatches(lane: Lane, source: string): Promise<readonly BatchManifest[]> {
  const batches: BatchManifest[] = [];
  let rows = 0;
  const after = lane.state.streams.get(source)?.batch ?? 0;
  for await (const { manifest } of listBatches(lane.store, source, { after, limit: SLICE_BATCHES_MAX })) {
    rows += rowsOf(manifest.parts);
    if (batches.length > 0 && rows > SLICE_ROWS_MAX) break;
    batches.push(manifest);
  }
  return batches;
}

function partsOf(batches: readonly BatchManifest[], kind: BatchPart['kind']): readonly StreamPart[] {
  return batches.flatMap(({ parts }) =>
    parts.filter((part) => part.kind === kind).map(({ object, rows, bytes, sha256 }) => ({ object, rows, bytes, sha256 })),
  );
}

function firstMoment(batches: readonly BatchManifest[]): string {
  return batches.map(({ min_publish_time }) => min_publish_time).reduce((left, right) => (right < left ? right : left));
}

function rowsOf(parts: readonly { readonly rows: number }[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

/** Of the parts' digests in their order. */
function digestOf(parts: readonly StreamPart[]): string {
  return createHash('sha256')
    .update(parts.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');
}

/** Where the messages stood, each topic and partition once. */
function offsetsOf(batches: readonly BatchManifest[]): readonly PartitionOffsetTexts[] {
  const places = new Map<string, { kafka_topic: string; partition: number; sets: OffsetRanges[] }>();
  for (const { kind, kafka_topic, partition, ranges } of batches.flatMap(({ offsets }) => offsets)) {
    if (kind !== 'messages') continue;
    const key = `${kafka_topic}\0${String(partition)}`;
    const place = places.get(key) ?? { kafka_topic, partition, sets: [] };
    place.sets.push(rangesOfTexts(ranges));
    places.set(key, place);
  }
  return [...places.values()].map(({ kafka_topic, partition, sets }) => ({
    kafka_topic,
    partition,
    ranges: rangesAsTexts(unionRanges(...sets)),
  }));
}
