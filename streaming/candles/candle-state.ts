/**
 * A partition's state as bytes and back. Everything that the next trade's outcome depends on is in it, so that a restart changes nothing.
 * The form is that of node:v8 (structured clone), compressed; the manifest has its sha256. Keys are kept apart, in segments.
 */
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { BucketValues } from './bucket-values.ts';
import { WINDOW_SECONDS, type Candle, type WindowSeconds } from './candle.ts';
import type { CandleOptions } from './candle-options.ts';
import type { LastTrade } from './instrument-seconds.ts';
import { segmentOfBytes, type KeySegment } from './key-segment.ts';
import { PartitionCandles, type CandleCounts } from './partition-candles.ts';
import type { ToldWindow } from './told-windows.ts';

const FORMAT = 1;
const STATE_BYTES_MAX = 1024 * 1024 * 1024;
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** An object of keys; it is done with when the floor has passed its newest second. */
export interface SegmentReference {
  readonly object: string;
  readonly newestSecond: number;
}

interface InstrumentState {
  readonly name: string;
  readonly before: LastTrade | null;
  readonly seconds: readonly (readonly [number, BucketValues])[];
  readonly told: readonly (readonly [WindowSeconds, readonly (readonly [number, ToldWindow])[]])[];
}

export interface CandleState {
  readonly format: number;
  readonly newestUs: number;
  readonly watermarkUs: number;
  readonly floorUs: number;
  readonly keyFloorSecond: number;
  readonly filledTo: number;
  readonly counts: CandleCounts;
  readonly refused: number;
  readonly other: number;
  readonly instruments: readonly InstrumentState[];
  readonly pending: readonly (readonly [WindowSeconds, readonly (readonly [number, readonly number[]])[]])[];
  readonly segments: readonly SegmentReference[];
  /** Candles that are committed and perhaps not published. */
  readonly outbox: readonly Candle[];
}

type Besides = Pick<CandleState, 'refused' | 'other' | 'segments' | 'outbox'>;

export function stateOf(candles: PartitionCandles, besides: Besides): CandleState {
  candles.teller.takeChanges();
  return {
    format: FORMAT,
    newestUs: candles.newestUs,
    watermarkUs: candles.watermarkUs,
    floorUs: candles.floorUs,
    keyFloorSecond: candles.keys.floorSecond,
    filledTo: candles.teller.filledTo,
    counts: { ...candles.counts },
    instruments: candles.instruments.map((instrument) => ({
      name: instrument.name,
      before: instrument.before,
      seconds: [...instrument.places].map(([second, place]) => [second, candles.buckets.valuesOf(place)] as const),
      told: WINDOW_SECONDS.map((size) => [size, instrument.told[size].entries()] as const),
    })),
    pending: WINDOW_SECONDS.map(
      (size) => [size, [...candles.teller.pending[size]].map(([start, numbers]) => [start, [...numbers]] as const)] as const,
    ),
    ...besides,
  };
}

export function candlesOf(state: CandleState, options: CandleOptions, keys: readonly KeySegment[]): PartitionCandles {
  const candles = new PartitionCandles(options);
  candles.restoreClock(state.newestUs, state.watermarkUs, state.floorUs, state.keyFloorSecond);
  candles.teller.filledTo = state.filledTo;
  Object.assign(candles.counts, state.counts);
  for (const saved of state.instruments) {
    const instrument = candles.instruments[candles.instrumentNamed(saved.name)];
    if (instrument === undefined) continue;
    instrument.before = saved.before;
    for (const [second, values] of saved.seconds) instrument.places.set(second, candles.buckets.restore(values));
    for (const [size, windows] of saved.told) for (const [start, told] of windows) instrument.told[size].set(start, told);
  }
  for (const [size, windows] of state.pending) {
    for (const [start, numbers] of windows) candles.teller.pending[size].set(start, new Set(numbers));
  }
  for (const segment of keys) candles.keys.restore(segment);
  return candles;
}

export async function encodeState(state: CandleState): Promise<Buffer> {
  return await packed(serialize(state));
}

/** STREAM_STATE where the bytes are no state of this version. */
export async function decodeState(bytes: Uint8Array, name: string): Promise<CandleState> {
  const state = await unpacked<unknown>(bytes, name, deserialize);
  if (typeof state === 'object' && state !== null && 'format' in state && state.format === FORMAT) return state as CandleState;
  throw unreadable(name, 'another format');
}

export async function encodeSegment({ bytes }: KeySegment): Promise<Buffer> {
  return await packed(bytes);
}

/** STREAM_STATE where the bytes are no segment. */
export async function decodeSegment(bytes: Uint8Array, name: string): Promise<KeySegment> {
  return await unpacked(bytes, name, segmentOfBytes);
}

async function packed(bytes: Uint8Array): Promise<Buffer> {
  return await compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

async function unpacked<T>(bytes: Uint8Array, name: string, read: (bytes: Buffer) => T): Promise<T> {
  try {
    return read(await decompress(bytes, { maxOutputLength: STATE_BYTES_MAX }));
  } catch (error) {
    throw unreadable(name, String(error));
  }
}

function unreadable(name: string, found: string): MarketsError {
  return new MarketsError('STREAM_STATE', 'The state of live candles cannot be read.', {
    expected: `a state of format ${FORMAT}`,
    found: `${name}: ${found}`,
    next: 'Restore the object, or start again from an older manifest; the warehouse has the trades.',
  });
}
