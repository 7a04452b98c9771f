/** The newest candle of each instrument while they are made, drawn again every second on a terminal. */
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Candle } from '../../streaming/candles/candle.ts';
import { amount, startText } from '../../streaming/candles/candle-output.ts';
import type { CandleStatus } from '../../streaming/candles/candle-status.ts';
import { renderTable } from '../framework/table.ts';

const EVERY_MS = 1000;
/** Rows of instruments; a screen has not more. */
const ROWS_MAX = 30;

export interface LiveTable {
  stop(): void;
}

/** Where `stream` is no terminal, one table is written below the other. */
export function showLiveTable(statuses: readonly CandleStatus[], stream: NodeJS.WriteStream): LiveTable {
  let drawnLines = 0;
  let messages = messagesOf(statuses);
  let atMs = performance.now();
  const draw = (): void => {
    const nowMs = performance.now();
    const count = messagesOf(statuses);
    const text = liveTable(statuses, Math.round(((count - messages) * 1000) / Math.max(1, nowMs - atMs)));
    messages = count;
    atMs = nowMs;
    // Up to where the last one began, and everything below it away.
    if (stream.isTTY && drawnLines > 0) stream.write(`\u001b[${drawnLines}A\u001b[J`);
    stream.write(`${text}\n`);
    drawnLines = text.split('\n').length;
  };
  const timer = setInterval(draw, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      draw();
    },
  };
}

export function liveTable(statuses: readonly CandleStatus[], perSecond: number): string {
  const rows = statuses.flatMap(({ source, newest }) =>
    [...newest.values()]
      .toSorted((a, b) => (a.instrument_id < b.instrument_id ? -1 : 1))
      .slice(0, ROWS_MAX)
      .map((candle) => row(source, candle)),
  );
  const heads = statuses.map(({ source, watermarkUs, closed, corrected, counts }) => {
    const watermark = watermarkUs === null ? 'none yet' : printTimestamp(BigInt(Math.floor(watermarkUs)));
    return `${source}: watermark ${watermark}, ${counts.trades} trades, ${closed} closed, ${corrected} corrected, ${counts.too_late} late, ${counts.refused} refused`;
  });
  const table = renderTable(['source', 'instrument', '1s from', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trades'], rows);
  return [`${perSecond} messages/s`, ...heads, table].join('\n');
}

function row(source: string, candle: Candle): readonly (string | number | null)[] {
  const { open, high, low, close, volume, vwap } = candle;
  const start = startText(candle).slice(11, 19);
  return [source, candle.instrument_id, start, ...[open, high, low, close, volume, vwap].map(amount), candle.trade_count];
}

function messagesOf(statuses: readonly CandleStatus[]): number {
  return statuses.reduce((sum, { messages }) => sum + messages, 0);
}
