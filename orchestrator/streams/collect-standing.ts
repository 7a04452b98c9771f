/**
 * What a subscription wrote into the warehouse's table of a stream, as a slice without batches (ADR 0048). The state that follows from events knows the offsets
 * of earlier slices, so an offset is in one load, whatever was delivered twice or late and wherever a run broke off; what comes late is in a later slice.
 */
import { createHash } from 'node:crypto';
import { loadId } from '../../core/identity/load-id.ts';
import type { PartitionOffsetTexts } from '../../core/events/stream-event.ts';
import { listBatches } from '../../core/stream/list-batches.ts';
import { rangesAsTexts, unionRanges, type OffsetRange } from '../../core/stream/offset-ranges.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane, LoadedSpec } from '../run/lane.ts';
import type { StreamState } from '../state/stream-state.ts';
import { addHours } from '../time/instant.ts';
import type { StandingQuestion, StandingRun } from './standing-messages.ts';

/** How long after newer messages a row may come into the table and be found. */
export const LOOKBACK_DAYS = 2;
/** Partitions of the table are kept so long (terraform/modules/factory/streams.tf). */
export const TABLE_DAYS = 30;
/** Runs of offsets and messages of one slice. */
export const SLICE_RUNS_MAX = 5_000;
export const SLICE_ROWS_MAX = 5_000_000n;

export type AskStanding = (question: StandingQuestion) => Promise<readonly StandingRun[]>;

export interface CollectedStanding {
  readonly events: readonly AnyNewEvent[];
  /** Whether a limit was met, so that there may be more. */
  readonly isCut: boolean;
}

const NOTHING: CollectedStanding = { events: [], isCut: false };

/** Nothing for a stream whose sink committed a batch; its rows in the table are those of its batches. */
export async function collectStanding(lane: Lane, loaded: LoadedSpec, ask: AskStanding): Promise<CollectedStanding> {
  const source = loaded.spec.name;
  const stream = lane.state.streams.get(source);
  if (stream !== undefined && stream.batch > 0) return NOTHING;
  const runs = await ask({ source, since: sinceOf(lane, stream), told: toldOf(stream), runsMax: SLICE_RUNS_MAX });
  // A batch is committed before its rows come into the table: one that came in between is seen now at the latest.
  if (runs.length === 0 || (!isCollectedFromTable(stream) && (await hasBatches(lane, source)))) return NOTHING;
  const slice = sliceOf(runs);
  return slice === null ? NOTHING : { events: [eventOf(lane, loaded, slice)], isCut: slice.isCut };
}

/** A stream that was collected from the table once stays with the table: a sink that was started beside the subscription brings no message twice. */
export function isCollectedFromTable(stream: StreamState | undefined): boolean {
  return stream !== undefined && stream.table_at !== null;
}

function sinceOf(lane: Lane, stream: StreamState | undefined): string {
  const newest = stream?.table_at ?? null;
  return newest === null ? addHours(lane.clock.now(), -24 * TABLE_DAYS) : addHours(newest, -24 * LOOKBACK_DAYS);
}

function toldOf(stream: StreamState | undefined): readonly PartitionOffsetTexts[] {
  return [...(stream?.table_offsets ?? [])].map(([key, ranges]) => {
    const [kafka_topic = '', partition = ''] = key.split('\0');
    return { kafka_topic, partition: Number(partition), ranges };
  });
}

async function hasBatches({ store }: Lane, source: string): Promise<boolean> {
  for await (const batch of listBatches(store, source, { after: 0, limit: 1 })) return batch.manifest.seq > 0;
  return false;
}

interface Slice {
  readonly runs: readonly StandingRun[];
  readonly rows: number;
  readonly from: string;
  readonly at: string;
  readonly isCut: boolean;
}

/** The oldest of them, so many as a slice may hold. Null for none. */
function sliceOf(found: readonly StandingRun[]): Slice | null {
  const runs: StandingRun[] = [];
  let rows = 0n;
  /** When the bus took the oldest message that may be left for the next slice. */
  let leftFrom: string | null = found.length >= SLICE_RUNS_MAX ? (found.at(-1)?.from ?? null) : null;
  for (const run of found) {
    const room = SLICE_ROWS_MAX - rows;
    const last = run.last - run.first + 1n > room ? run.first + room - 1n : run.last;
    if (last >= run.first) runs.push({ ...run, last });
    rows += last - run.first + 1n;
    if (last === run.last) continue;
    leftFrom = run.from;
    break;
  }
  const [oldest] = runs;
  if (oldest === undefined) return null;
  const newest = runs.map(({ at }) => at).reduce((left, right) => (right > left ? right : left));
  // The next look-back counts from here, so nothing that was left may be newer than it is said to be.
  return { runs, rows: Number(rows), from: oldest.from, at: leftFrom ?? newest, isCut: leftFrom !== null };
}

function eventOf(lane: Lane, { spec }: LoadedSpec, { runs, rows, from, at }: Slice): AnyNewEvent {
  const offsets = offsetsOf(runs);
  const object = `stream/${spec.name}/${from}-${at}`;
  const sha256 = createHash('sha256').update(JSON.stringify(offsets)).digest('hex');
  const identity = { source: spec.name, object, sha256, version: 1, spec_version: spec.spec_version };
  return {
    type: 'load_published',
    at: lane.clock.now(),
    load_id: loadId(identity),
    source: spec.name,
    data: {
      ...{ object, business_date: at.slice(0, 10), version: 1, attempt: 1, spec_version: spec.spec_version, sha256, rows },
      ...{ parts: [], manifest: '', supersedes: [], epoch: lane.epoch, stream: { batches: null, from, at, offsets } },
    },
  };
}

/** Sorted by topic and partition, each once: the same messages give the same text and so the same load. */
function offsetsOf(runs: readonly StandingRun[]): readonly PartitionOffsetTexts[] {
  const places = new Map<string, { kafka_topic: string; partition: number; ranges: OffsetRange[] }>();
  for (const { kafka_topic, partition, first, last } of runs) {
    const key = `${kafka_topic}\0${String(partition)}`;
    const place = places.get(key) ?? { kafka_topic, partition, ranges: [] };
    place.ranges.push([first, last]);
    places.set(key, place);
  }
  return [...places.values()]
    .toSorted((left, right) =>
      left.kafka_topic === right.kafka_topic ? left.partition - right.partition : left.kafka_topic < right.kafka_topic ? -1 : 1,
    )
    .map((place) => ({ ...place, ranges: rangesAsTexts(unionRanges(place.ranges)) }));
}
