/** Live candles against SQL over the same trades, as the warehouse would compute them: all columns, to the last digit. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { printDecimal } from '../../core/types/decimal.ts';
import type { Candle } from './candle.ts';
import { KEYS_MAX, SECONDS_MAX } from './candle-options.ts';
import { PartitionCandles, viewOf } from './partition-candles.ts';
import { arrivedTrades, type ArrivedTrade } from './test-support/random-trades.ts';

const MICROS = 1_000_000;
const SEEDS = [11, 12, 13, 14, 15, 16];

/** Long division in three steps of six digits: no product leaves 128 bits. */
const CANDLES_SQL = `
WITH first AS (SELECT * FROM trades QUALIFY row_number() OVER (PARTITION BY key ORDER BY arrival) = 1),
sized AS (SELECT *, size, (time_us // (size * 1000000)) * size AS start FROM first, (VALUES (1), (10), (60)) AS s(size)),
sums AS (
  SELECT instrument, size, start,
    arg_min(price, time_us::HUGEINT * 1000000000 + arrival) AS open, max(price) AS high, min(price) AS low,
    arg_max(price, time_us::HUGEINT * 1000000000 + arrival) AS close,
    sum(quantity)::DECIMAL(38,18) AS volume,
    sum(price::DECIMAL(18,9) * quantity::DECIMAL(18,9))::DECIMAL(38,18) AS notional,
    count(*) AS trades
  FROM sized GROUP BY ALL),
units AS (SELECT *, replace(notional::VARCHAR, '.', '')::HUGEINT AS n, replace(volume::VARCHAR, '.', '')::HUGEINT AS v FROM sums),
d0 AS (SELECT *, n // nullif(v, 0) AS q0, n % nullif(v, 0) AS r0 FROM units),
d1 AS (SELECT *, r0 * 1000000 // v AS q1, r0 * 1000000 % v AS r1 FROM d0),
d2 AS (SELECT *, r1 * 1000000 // v AS q2, r1 * 1000000 % v AS r2 FROM d1),
d3 AS (SELECT *, r2 * 1000000 // v AS q3, r2 * 1000000 % v AS r3 FROM d2)
SELECT instrument, size::INT AS size, start::BIGINT AS start, open::VARCHAR, high::VARCHAR, low::VARCHAR, close::VARCHAR, volume::VARCHAR, notional::VARCHAR,
  (q0 * 1000000000000000000 + q1 * 1000000000000 + q2 * 1000000 + q3 + CASE WHEN r3 * 2 >= v THEN 1 ELSE 0 END)::VARCHAR AS vwap,
  trades::INT AS trades
FROM d3 ORDER BY instrument, size, start`;

async function inSql(trades: readonly ArrivedTrade[]): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      'CREATE TABLE trades (arrival BIGINT, key VARCHAR, instrument VARCHAR, price DECIMAL(38,18), quantity DECIMAL(38,18), time_us BIGINT)',
    );
    const rows = trades.map(
      ({ offset, key, instrument, price, quantity, timeUs }) =>
        `(${offset}, '${key}', '${instrument}', '${printDecimal(price, 18)}', '${printDecimal(quantity, 18)}', ${timeUs})`,
    );
    await connection.run(`INSERT INTO trades VALUES ${rows.join(', ')}`);
    return (await connection.runAndReadAll(CANDLES_SQL)).getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function live(trades: readonly ArrivedTrade[]): readonly unknown[] {
  const candles = new PartitionCandles({
    scales: { price: 9, quantity: 9 },
    allowedLatenessUs: 10 * MICROS,
    correctionsUs: 60 * MICROS,
    gapBars: false,
    keysMax: KEYS_MAX,
    secondsMax: SECONDS_MAX,
  });
  const newest = new Map<string, Candle>();
  const upsert = (told: readonly Candle[]): void => {
    for (const candle of told) newest.set(`${candle.instrument_id} ${candle.window_seconds} ${candle.window_start}`, candle);
  };
  for (const [index, trade] of trades.entries()) {
    const key = viewOf(Buffer.from(trade.key));
    const values = [Number(trade.price / 10n ** 9n), Number(trade.quantity / 10n ** 9n)] as const;
    candles.add(candles.instrumentNamed(trade.instrument), ...values, trade.timeUs, trade.offset, key, 0, key.byteLength, Infinity);
    if (index % 37 === 0) upsert(candles.drain());
  }
  upsert(candles.drain(true));
  return [...newest.values()]
    .toSorted(
      (a, b) => a.instrument_id.localeCompare(b.instrument_id) || a.window_seconds - b.window_seconds || a.window_start - b.window_start,
    )
    .map((candle) => [
      candle.instrument_id,
      candle.window_seconds,
      BigInt(candle.window_start),
      ...[candle.open, candle.high, candle.low, candle.close, candle.volume, candle.notional].map((value) => full(value)),
      candle.vwap === null ? null : String(candle.vwap),
      candle.trade_count,
    ]);
}

/** As SQL prints a DECIMAL(38,18). */
function full(value: bigint | null): string | null {
  if (value === null) return null;
  const digits = String(value).padStart(19, '0');
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`;
}

describe('live candles', () => {
  it.each(SEEDS)('equal those of SQL on the same trades in every column (seed %i)', async (seed) => {
    const trades = arrivedTrades(seed, {
      trades: 1500,
      instruments: 3,
      seconds: 150,
      disorderSeconds: 30,
      scale: 9,
      startSecond: 1_700_000_040,
    });
    const found = live(trades);
    expect(found.length).toBeGreaterThan(300);
    expect(found).toEqual(await inSql(trades));
  });
});
