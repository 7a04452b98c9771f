/** Candles as rows of a part, as messages of the bus, and as what a person reads. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParquetCell } from '../../core/engine/parquet/parquet-writer.ts';
import { ParquetWriter } from '../../core/engine/parquet/parquet-writer.ts';
import type { NewBusMessage } from '../../core/ports/message-bus.ts';
import { CANDLE_COLUMNS } from '../../core/stream/candle-manifest.ts';
import { printDecimal } from '../../core/types/decimal.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import { CANDLE_SCALE, WINDOW_NAMES, type Candle } from './candle.ts';

const MICROS = 1_000_000n;

/** Parquet bytes; the same candles give the same bytes. `scratch` is a folder for a file that is removed again. */
export async function candlePart(source: string, partition: number, candles: readonly Candle[], scratch: string): Promise<Buffer> {
  const folder = await mkdtemp(join(scratch, 'candles-'));
  try {
    const path = join(folder, 'part.parquet');
    const writer = new ParquetWriter(path, CANDLE_COLUMNS);
    for (const candle of candles) writer.append(candleRow(source, partition, candle));
    writer.finish();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the order of CANDLE_COLUMNS. */
function candleRow(source: string, partition: number, candle: Candle): readonly ParquetCell[] {
  const { open, high, low, close, volume, notional, vwap } = candle;
  return [
    source,
    candle.instrument_id,
    WINDOW_NAMES[candle.window_seconds],
    BigInt(candle.window_start) * MICROS,
    open,
    high,
    low,
    close,
    volume,
    notional,
    vwap,
    BigInt(candle.trade_count),
    candle.is_gap,
    BigInt(candle.revision),
    candle.is_final,
    BigInt(partition),
  ];
}

/** An upsert: of a window (source, instrument, window_size, window_start) the highest revision counts, however often and in whatever order it comes. */
export function candleMessage(source: string, partition: number, candle: Candle): NewBusMessage {
  const window = WINDOW_NAMES[candle.window_seconds];
  const start = startText(candle);
  const fields = {
    source_name: source,
    instrument_id: candle.instrument_id,
    window_size: window,
    window_start: start,
    open: amount(candle.open),
    high: amount(candle.high),
    low: amount(candle.low),
    close: amount(candle.close),
    volume: amount(candle.volume),
    notional: amount(candle.notional),
    vwap: amount(candle.vwap),
    trade_count: String(candle.trade_count),
    is_gap: candle.is_gap,
    revision: String(candle.revision),
    is_final: candle.is_final,
  };
  return {
    data: Buffer.from(JSON.stringify(fields)),
    attributes: {
      source,
      kafka_partition: String(partition),
      window_size: window,
      window_start: start,
      revision: String(candle.revision),
    },
    orderingKey: null,
  };
}

export function startText({ window_start }: Candle): string {
  return printTimestamp(BigInt(window_start) * MICROS);
}

/** Shortest exact text. */
export function amount(value: bigint | null): string | null {
  return value === null ? null : printDecimal(value, CANDLE_SCALE);
}
