/** What candles of a source depend on besides its trades. */
import type { TradeScales } from './second-buckets.ts';

export interface CandleOptions {
  readonly scales: TradeScales;
  readonly allowedLatenessUs: number;
  /** How long behind the watermark a late trade still corrects candles; whole minutes are kept. */
  readonly correctionsUs: number;
  /** Tell of windows without trades, with the last close. */
  readonly gapBars: boolean;
  readonly keysMax: number;
  /** Seconds, over all instruments, from which on trades of the future are turned away. */
  readonly secondsMax: number;
}

/** Keys of a partition that are kept: about 100 MB with keys of 20 bytes. A generation of half of them fits into tables for 2^20. */
export const KEYS_MAX = 2_000_000;
export const SECONDS_MAX = 2 ** 20;
/** Behind a silence that is longer than so many windows of its size, there are no gap bars: the market is closed. */
export const GAP_BARS_MAX = 3600;
