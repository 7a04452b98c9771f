import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Candle } from './candle.ts';
import { KEYS_MAX, SECONDS_MAX, type CandleOptions } from './candle-options.ts';
import { OUTCOME, PartitionCandles, viewOf } from './partition-candles.ts';
import { batchCandles, withGaps, type BatchCandle } from './test-support/batch-candles.ts';
import { arrivedTrades, randomNumbers, type ArrivedTrade } from './test-support/random-trades.ts';

const MICROS = 1_000_000;
const START = 1_700_000_040;
const NO_CAP = Number.POSITIVE_INFINITY;
const OPTIONS: CandleOptions = {
  scales: { price: 9, quantity: 9 },
  allowedLatenessUs: 10 * MICROS,
  correctionsUs: 60 * MICROS,
  gapBars: false,
  keysMax: KEYS_MAX,
  secondsMax: SECONDS_MAX,
};

/** By the way that its values ask for. */
function give(candles: PartitionCandles, trade: ArrivedTrade): number {
  const key = viewOf(Buffer.from(trade.key));
  const instrument = candles.instrumentNamed(trade.instrument);
  const unit = 10n ** 9n;
  const isNarrow = trade.price % unit === 0n && trade.quantity % unit === 0n;
  const rest = [trade.timeUs, trade.offset, key, 0, key.byteLength, NO_CAP] as const;
  return isNarrow
    ? candles.add(instrument, Number(trade.price / unit), Number(trade.quantity / unit), ...rest)
    : candles.addWide(instrument, trade.price, trade.quantity, ...rest);
}

const nameOf = (instrument: string, size: number, start: number): string => `${instrument}|${size}|${start}`;

/** Keeps the newest of each window, and that revisions go up by one. */
class Table {
  readonly rows = new Map<string, Candle>();
  corrections = 0;

  upsert(told: readonly Candle[]): void {
    for (const candle of told) {
      const name = nameOf(candle.instrument_id, candle.window_seconds, candle.window_start);
      const before = this.rows.get(name);
      if (candle.revision !== (before?.revision ?? 0) + 1) throw new Error(`${name}: revision ${candle.revision}`);
      if (before?.is_final === true) this.corrections += 1;
      this.rows.set(name, candle);
    }
  }

  comparable(): ReadonlyMap<string, unknown> {
    return new Map([...this.rows].map(([name, candle]) => [name, plain(candle)]));
  }
}

function plain({ open, high, low, close, volume, notional, vwap, trade_count, is_gap }: Candle): unknown {
  return { open, high, low, close, volume, notional, vwap, count: trade_count, isGap: is_gap };
}

function expected(candles: readonly BatchCandle[]): ReadonlyMap<string, unknown> {
  return new Map(candles.map(({ instrument, size, start, ...values }) => [nameOf(instrument, size, start), values]));
}

describe('candles of shuffled trades', () => {
  it('are those of a plain batch, for 200 seeds, with late and double trades and corrections', () => {
    let corrections = 0;
    let late = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomNumbers(seed * 7919);
      const gapBars = seed % 2 === 0;
      const trades = arrivedTrades(seed, {
        trades: 400,
        instruments: 1 + (seed % 4),
        seconds: 150,
        // Up to 70 s late: every trade comes before its seconds are forgotten.
        disorderSeconds: seed % 3 === 0 ? 4 : 35,
        scale: seed % 5 === 0 ? 0 : 9,
        startSecond: START,
      });
      const live = new PartitionCandles({ ...OPTIONS, gapBars });
      const table = new Table();
      for (const trade of trades) {
        give(live, trade);
        if (random() < 0.1) table.upsert(live.drain(random() < 0.2));
      }
      table.upsert(live.drain());
      for (const candle of table.rows.values()) {
        const isFinal = (candle.window_start + candle.window_seconds) * MICROS <= live.watermarkUs;
        if (candle.is_final !== isFinal) throw new Error(`seed ${seed}: a window is told as final, or not, against the watermark`);
      }
      table.upsert(live.drain(true));
      expect(live.drain(true)).toEqual([]);
      const batch = batchCandles(trades);
      expect(live.counts.dropped).toBe(0);
      const oracle = expected(gapBars ? withGaps(batch, Math.floor(live.watermarkUs / MICROS)) : batch);
      const found = table.comparable();
      if (!isDeepStrictEqual(found, oracle)) expect(found, `seed ${seed}`).toEqual(oracle);
      corrections += table.corrections;
      late += live.counts.too_late;
    }
    expect(corrections).toBeGreaterThan(1000);
    expect(late).toBeGreaterThan(1000);
  });

  it('hold values that a double does not', () => {
    const live = new PartitionCandles(OPTIONS);
    const trades: ArrivedTrade[] = Array.from({ length: 50 }, (_, index) => ({
      offset: index,
      key: `k${index}`,
      instrument: 'BIG',
      price: 98_765_432_109_876_543_210n * 10n ** 9n + BigInt(index) * 111_111_111_111n,
      quantity: index % 2 === 0 ? 1_234_567_891n : 3n * 10n ** 9n,
      timeUs: START * MICROS + index,
    }));
    for (const trade of trades)
      live.addWide(
        live.instrumentNamed('BIG'),
        trade.price,
        trade.quantity,
        trade.timeUs,
        trade.offset,
        viewOf(Buffer.from(trade.key)),
        0,
        trade.key.length,
        NO_CAP,
      );
    const told = new Table();
    told.upsert(live.drain(true));
    expect(told.comparable()).toEqual(expected(batchCandles(trades)));
  });

  it('add up in doubles only as far as those are exact', () => {
    const live = new PartitionCandles(OPTIONS);
    const scaled = live.buckets.limit - 1;
    const trades: ArrivedTrade[] = Array.from({ length: 40 }, (_, index) => ({
      offset: index,
      key: `k${index}`,
      instrument: 'MAX',
      price: BigInt(scaled - index * 977) * 10n ** 9n,
      quantity: BigInt(scaled - index * 31) * 10n ** 9n,
      timeUs: START * MICROS + index,
    }));
    const table = new Table();
    for (const trade of trades) give(live, trade);
    table.upsert(live.drain(true));
    expect(table.comparable()).toEqual(expected(batchCandles(trades)));
  });
});

describe('the watermark', () => {
  const trade = (key: string, second: number, extra: Partial<ArrivedTrade> = {}): ArrivedTrade => ({
    offset: second * 10,
    key,
    instrument: 'A',
    price: 10n ** 18n,
    quantity: 10n ** 18n,
    timeUs: (START + second) * MICROS,
    ...extra,
  });

  it('counts a trade behind it, corrects with it, and drops what is older than what is kept', () => {
    const live = new PartitionCandles(OPTIONS);
    give(live, trade('a', 0));
    give(live, trade('b', 200));
    live.drain();
    expect(give(live, trade('c', 185))).toBe(OUTCOME.CORRECTS);
    expect(give(live, trade('c', 185))).toBe(OUTCOME.DUPLICATE);
    expect(give(live, trade('d', 1))).toBe(OUTCOME.TOO_LATE);
    expect(live.counts).toMatchObject({ trades: 3, too_late: 2, dropped: 1, duplicates: 1 });
  });

  it('is not moved by a time that the message could not know yet', () => {
    const live = new PartitionCandles(OPTIONS);
    give(live, trade('a', 0));
    const capUs = (START + 5) * MICROS;
    live.add(live.instrumentNamed('A'), 1, 1, (START + 86_400) * MICROS, 1, viewOf(Buffer.from('z')), 0, 1, capUs);
    expect(live.watermarkUs).toBe((START - 5) * MICROS);
    expect(give(live, trade('b', 1))).toBe(OUTCOME.COUNTED);
  });

  it('keeps a bounded number of keys: the oldest seconds are given up first', () => {
    const live = new PartitionCandles({ ...OPTIONS, keysMax: 1000 });
    for (let index = 0; index < 5000; index += 1) {
      give(live, trade(`k${index}`, Math.floor(index / 100), { offset: index }));
      if (index % 50 === 0) live.drain();
    }
    expect(live.keys.size).toBeLessThanOrEqual(1250);
    expect(give(live, trade('k4999', 49))).toBe(OUTCOME.DUPLICATE);
    expect(give(live, trade('old', 1))).toBe(OUTCOME.TOO_LATE);
  });
});
