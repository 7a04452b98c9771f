/** A partition's state as it lies in the store: read from the newest manifest, written with the next one. */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { newestCandleManifest, type CandleManifest } from '../../core/stream/candle-manifest.ts';
import { candlesPrefix, partitionText, seqText } from '../../core/stream/object-names.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import type { CandleOptions } from './candle-options.ts';
import { candlesOf, decodeSegment, decodeState, type CandleState } from './candle-state.ts';
import type { PartitionCandles } from './partition-candles.ts';

const STATE_OBJECT_BYTES_MAX = 512 * 1024 * 1024;
/** Another process may commit and clear away what a manifest named while it is being read. */
const ATTEMPTS_MAX = 5;

export interface LoadedCandles {
  readonly manifest: CandleManifest;
  readonly state: CandleState;
  readonly candles: PartitionCandles;
}

export interface PartitionPlace {
  readonly source: string;
  readonly partition: number;
}

export function stateName(place: PartitionPlace, seq: number, writer: string, kind: 'state' | 'keys'): string {
  return `${candlesPrefix(place.source)}state/${partitionText(place.partition)}/${seqText(seq)}-${writer}.${kind}`;
}

/** null where the partition was never committed. STREAM_STATE where what the newest manifest names is not there or was changed. */
export async function loadCandles(store: ObjectStore, place: PartitionPlace, options: CandleOptions): Promise<LoadedCandles | null> {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = await newestCandleManifest(store, place.source, place.partition);
    if (manifest === null) return null;
    try {
      return await readState(store, manifest, options);
    } catch (error) {
      if (!isMarketsError(error, 'STORE_NOT_FOUND')) throw error;
      if (attempt === ATTEMPTS_MAX) throw lost(manifest, error);
    }
  }
}

async function readState(store: ObjectStore, manifest: CandleManifest, options: CandleOptions): Promise<LoadedCandles> {
  const { object, sha256 } = manifest.state;
  const bytes = await store.read(object, { maxBytes: STATE_OBJECT_BYTES_MAX });
  if (sha256Of(bytes) !== sha256) throw lost(manifest, undefined);
  const state = await decodeState(bytes, object);
  const segments = await Promise.all(
    state.segments.map(
      async (segment) => await decodeSegment(await store.read(segment.object, { maxBytes: STATE_OBJECT_BYTES_MAX }), segment.object),
    ),
  );
  return { manifest, state, candles: candlesOf(state, options, segments) };
}

function lost(manifest: CandleManifest, cause: unknown): MarketsError {
  return new MarketsError('STREAM_STATE', 'The state of live candles is not as its manifest says.', {
    cause,
    expected: `${manifest.state.object} with sha256 ${manifest.state.sha256}`,
    found: cause === undefined ? 'other bytes' : 'no such object',
    next: 'Restore the object from the copy of the bucket; the warehouse has the trades.',
  });
}
