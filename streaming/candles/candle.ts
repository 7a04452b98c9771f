/** A candle: what the trades of one instrument in one window of event time come to. All amounts are (38,18) as scaled integers. */

/** Sizes of windows in seconds. Windows are aligned to the epoch and half open: [start, start + size). */
export const WINDOW_SECONDS = [1, 10, 60] as const;
export type WindowSeconds = (typeof WINDOW_SECONDS)[number];
export const WINDOW_NAMES: Readonly<Record<WindowSeconds, string>> = { 1: '1s', 10: '10s', 60: '1m' };
/** Every window lies within one window of this size. */
export const LONGEST_WINDOW_SECONDS = 60;

export const CANDLE_SCALE = 18;
export const CANDLE_PRECISION = 38;

/** What follows from the trades of a window alone. */
export interface CandleValues {
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  /** null where the sum has more than 38 digits. */
  readonly volume: bigint | null;
  /** Sum of the products that fit (ADR 0023), each rounded half away from zero; null where none does or the sum does not. */
  readonly notional: bigint | null;
  /** notional / volume, rounded half away from zero; null where volume is 0. */
  readonly vwap: bigint | null;
  readonly trade_count: number;
}

export interface Candle extends CandleValues {
  readonly instrument_id: string;
  readonly window_seconds: WindowSeconds;
  /** Seconds since the epoch. */
  readonly window_start: number;
  /** No trade in the window: the last close, repeated. */
  readonly is_gap: boolean;
  /** 1 for the first that is told of a window, one more for each correction. */
  readonly revision: number;
  /** The watermark has passed the window's end: only a late trade changes it now. */
  readonly is_final: boolean;
}
