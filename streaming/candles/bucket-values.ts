/** The trades of one or more seconds put together, at scale 18, and how two of them are joined into a larger window. */
import { divideRounded, fitsPrecision } from '../../core/types/decimal.ts';
import { CANDLE_PRECISION, CANDLE_SCALE, type CandleValues } from './candle.ts';

export interface BucketValues {
  readonly open: bigint;
  /** Event time in microseconds, and the offset: the order of trades. */
  readonly openTime: number;
  readonly openOffset: number;
  readonly close: bigint;
  readonly closeTime: number;
  readonly closeOffset: number;
  readonly high: bigint;
  readonly low: bigint;
  readonly volume: bigint;
  /** Sum of the products that fit into (38,18). */
  readonly notional: bigint;
  /** How many products fit. */
  readonly notionals: number;
  readonly count: number;
}

const ONE = 10n ** BigInt(CANDLE_SCALE);

export function joinValues(a: BucketValues, b: BucketValues): BucketValues {
  const aOpens = a.openTime < b.openTime || (a.openTime === b.openTime && a.openOffset < b.openOffset);
  const aCloses = a.closeTime > b.closeTime || (a.closeTime === b.closeTime && a.closeOffset > b.closeOffset);
  const first = aOpens ? a : b;
  const last = aCloses ? a : b;
  return {
    open: first.open,
    openTime: first.openTime,
    openOffset: first.openOffset,
    close: last.close,
    closeTime: last.closeTime,
    closeOffset: last.closeOffset,
    high: a.high > b.high ? a.high : b.high,
    low: a.low < b.low ? a.low : b.low,
    volume: a.volume + b.volume,
    notional: a.notional + b.notional,
    notionals: a.notionals + b.notionals,
    count: a.count + b.count,
  };
}

export function candleValues(values: BucketValues): CandleValues {
  const { open, high, low, close, count } = values;
  const volume = fitting(values.volume);
  const notional = values.notionals === 0 ? null : fitting(values.notional);
  const vwap = notional === null || volume === null || volume === 0n ? null : fitting(divideRounded(notional * ONE, volume));
  return { open, high, low, close, volume, notional, vwap, trade_count: count };
}

/** A window without trades. */
export function gapValues(close: bigint): CandleValues {
  return { open: close, high: close, low: close, close, volume: 0n, notional: 0n, vwap: null, trade_count: 0 };
}

/** price x quantity rounded half away from zero to 18 digits; null where it has more than 38 (ADR 0023). */
export function notionalOf(price: bigint, quantity: bigint): bigint | null {
  return fitting(divideRounded(price * quantity, ONE));
}

function fitting(value: bigint): bigint | null {
  return fitsPrecision(value, CANDLE_PRECISION) ? value : null;
}
