/**
 * Live candles and live findings that were committed since the last cycle: a chain of manifests a partition, 1, 2, 3 ... without holes, so that the next one is
 * asked for by its number. Partitions are those that a bridge read, and the first.
 */
import type { StreamPart } from '../../core/events/stream-event.ts';
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

interface Manifest {
  readonly parts: readonly { readonly object: string; readonly rows: number; readonly sha256: string }[];
}

interface Chain {
  readonly type: 'stream_candles' | 'stream_findings';
  readonly known: (stream: StreamState) => ReadonlyMap<string, number>;
  readonly name: (source: string, partition: number, seq: number) => string;
  readonly read: (store: ObjectStore, name: string) => Promise<Manifest>;
}

const CHAINS: readonly Chain[] = [
  { type: 'stream_candles', known: ({ candles }) => candles, name: candleManifestName, read: readCandleManifest },
  { type: 'stream_findings', known: ({ findings }) => findings, name: findingsManifestName, read: readFindingsManifest },
];

/** Findings are in the warehouse before they are told of, where it does not read the store. */
export async function collectParts(
  lane: Lane,
  { spec }: LoadedSpec,
  warehouse: Pick<WarehouseLane, 'loadFindings'> | null,
): Promise<readonly AnyNewEvent[]> {
  const stream = lane.state.streams.get(spec.name);
  const events: AnyNewEvent[] = [];
  for (const chain of CHAINS) {
    const isFindings = chain.type === 'stream_findings';
    if (isFindings && warehouse === null) continue;
    for (const partition of partitionsOf(stream)) {
      const after = stream === undefined ? 0 : (chain.known(stream).get(String(partition)) ?? 0);
      const found = await nextParts(lane.store, chain, { source: spec.name, partition, after });
      if (found.last === after) continue;
      if (isFindings && found.parts.length > 0) {
        const objects = found.parts.map(({ object }) => object);
        await warehouse?.loadFindings?.(lane, { source: spec.name, partition, first: after + 1, last: found.last, objects });
      }
      const rows = found.parts.reduce((sum, part) => sum + part.rows, 0);
      const data = { partition, first_seq: after + 1, last_seq: found.last, rows, parts: found.parts };
      events.push({ type: chain.type, at: lane.clock.now(), source: spec.name, data });
    }
  }
  return events;
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
