/**
 * Live candles and live findings that were committed since the last cycle: a chain of manifests a partition, 1, 2, 3 ... without holes, so that the next one is
 * asked for by its number. Partitions are those that a bridge read, and the first.
 */
import type { StreamEventData, StreamPart } from '../../core/events/stream-event.ts';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { readCandleManifest } from '../../core/stream/candle-manifest.ts';
import { readFindingsManifest } from '../../core/stream/findings-manifest.ts';
import { candleManifestName, findingsManifestName } from '../../core/stream/object-names.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { AnyNewEvent } from '../run/journal.ts';
import type { Lane, LoadedSpec } from '../run/lane.ts';
import type { WarehouseLane } from '../run/warehouse-steps.ts';
import type { StreamState } from '../state/stream-state.ts';

/** Manifests of one partition in one round. */
const MANIFESTS_MAX = 1_000;

type CommittedParts = StreamEventData['stream_candles' | 'stream_findings'];

interface Manifest {
  readonly parts: readonly { readonly object: string; readonly rows: number; readonly sha256: string }[];
}

interface Chain {
  readonly known: (stream: StreamState) => ReadonlyMap<string, number>;
  readonly name: (source: string, partition: number, seq: number) => string;
  readonly read: (store: ObjectStore, name: string) => Promise<Manifest>;
}

const CANDLES: Chain = { known: ({ candles }) => candles, name: candleManifestName, read: readCandleManifest };
const FINDINGS: Chain = { known: ({ findings }) => findings, name: findingsManifestName, read: readFindingsManifest };

/** Findings are in the warehouse before they are told of, where it does not read the store. */
export async function collectParts(
  lane: Lane,
  { spec }: LoadedSpec,
  warehouse: Pick<WarehouseLane, 'loadFindings'> | null,
): Promise<readonly AnyNewEvent[]> {
  const told = { at: lane.clock.now(), source: spec.name };
  const candles = await newOf(lane, spec.name, CANDLES);
  const findings = warehouse === null ? [] : await newOf(lane, spec.name, FINDINGS);
  const withRows = findings.filter(({ rows }) => rows > 0);
  if (withRows.length > 0) await warehouse?.loadFindings?.(lane, spec.name, withRows);
  return [
    ...candles.map((data) => ({ type: 'stream_candles' as const, ...told, data })),
    ...findings.map((data) => ({ type: 'stream_findings' as const, ...told, data })),
  ];
}

/** What a chain has behind what is known, by partition; nothing of partitions without anything new. */
async function newOf(lane: Lane, source: string, chain: Chain): Promise<readonly CommittedParts[]> {
  const stream = lane.state.streams.get(source);
  const committed: CommittedParts[] = [];
  for (const partition of partitionsOf(stream)) {
    const after = stream === undefined ? 0 : (chain.known(stream).get(String(partition)) ?? 0);
    const { last, parts } = await nextParts(lane.store, chain, { source, partition, after });
    if (last === after) continue;
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    committed.push({ partition, first_seq: after + 1, last_seq: last, rows, parts });
  }
  return committed;
}

function partitionsOf(stream: StreamState | undefined): readonly number[] {
  const read = [...(stream?.lag.keys() ?? [])].map((key) => Number(key.split('\0')[1]));
  const known = [...(stream?.candles.keys() ?? []), ...(stream?.findings.keys() ?? [])].map(Number);
  return [...new Set([0, ...read, ...known])].toSorted((left, right) => left - right);
}

interface Place {
  readonly source: string;
  readonly partition: number;
  readonly after: number;
}

async function nextParts(
  store: ObjectStore,
  chain: Chain,
  { source, partition, after }: Place,
): Promise<{ last: number; parts: StreamPart[] }> {
  const parts: StreamPart[] = [];
  let last = after;
  while (last < after + MANIFESTS_MAX) {
    const manifest = await readIfThere(store, chain, chain.name(source, partition, last + 1));
    if (manifest === null) break;
    last += 1;
    for (const { object, rows, sha256 } of manifest.parts) parts.push({ object, rows, sha256, bytes: await sizeOf(store, object) });
  }
  return { last, parts };
}

async function readIfThere(store: ObjectStore, chain: Chain, name: string): Promise<Manifest | null> {
  try {
    return await chain.read(store, name);
  } catch (error) {
    if (isMarketsError(error, 'STORE_NOT_FOUND')) return null;
    throw error;
  }
}

async function sizeOf(store: ObjectStore, object: string): Promise<number> {
  const info = await store.stat(object);
  if (info !== undefined) return info.sizeBytes;
  throw new MarketsError('STREAM_STATE', 'A part that a manifest names is gone.', {
    expected: object,
    found: 'no such object',
    next: 'Restore the object from the copy of the bucket.',
  });
}
