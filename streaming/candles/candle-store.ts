/** A partition's state as it lies in the store: read from the newest manifest, written with the next one. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { newestCandleManifest, type CandleManifest } from '../../core/stream/candle-manifest.ts';
import { candlesPrefix, partitionText, seqText } from '../../core/stream/object-names.ts';
import { readNewest, stateBytes } from '../consume/partition-state.ts';
import type { CandleOptions } from './candle-options.ts';
import { candlesOf, decodeSegment, decodeState, type CandleState } from './candle-state.ts';
import type { PartitionCandles } from './partition-candles.ts';

const SEGMENT_BYTES_MAX = 512 * 1024 * 1024;

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
  const newest = async (): Promise<CandleManifest | null> => await newestCandleManifest(store, place.source, place.partition);
  return await readNewest(newest, async (manifest) => {
    const state = await decodeState(await stateBytes(store, manifest), manifest.state.object);
    const segments = await Promise.all(
      state.segments.map(async ({ object }) => await decodeSegment(await store.read(object, { maxBytes: SEGMENT_BYTES_MAX }), object)),
    );
    return { manifest, state, candles: candlesOf(state, options, segments) };
  });
}
