/** What came of the ten seconds of streams. */
import { renderTable } from '../../framework/table.ts';
import type { TextRow } from '../../sandbox/rows.ts';
import type { StreamsOutcome } from '../streams/run-streams.ts';
import { heading } from './heading.ts';

export function renderStreams(streams: StreamsOutcome, colour: boolean): string {
  const { sent, per_second, published, dead_letters, trades_in_warehouse, windows_closed, windows_corrected } = streams;
  return [
    `${heading('TEN SECONDS OF A STREAM', colour)}   ${streams.source}: ${sent} messages at ${per_second}/s from the log over the bridge and the sink into the warehouse`,
    `  ${published} published, ${dead_letters} refused, ${trades_in_warehouse} in the warehouse; live candles: ${windows_closed} windows closed, ${windows_corrected} corrected`,
    renderTable(['instrument', '1s from', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trades'], streams.newest.map(cellsOf)),
    ...streams.refused.map(({ code, messages }) => `  dead letter: ${messages} x ${code}`),
    ...streams.gaps.map(
      (gap) =>
        `  gap: ${gap['missing']} ${gap['kind'] === 'loss' ? 'offsets lost behind the bridge' : 'numbers that no message has'}, ${placeOf(gap)}, ${gap['severity']}`,
    ),
    ...renderDrift(streams.drift),
  ].join('\n');
}

function cellsOf(row: TextRow): readonly (string | null)[] {
  return Object.values(row);
}

function placeOf(gap: TextRow): string {
  return `${gap['sequence_key'] ?? ''} ${gap['first_missing']} to ${gap['last_missing']}`.trim();
}

function renderDrift(drift: TextRow | null): readonly string[] {
  if (drift === null) return [];
  return [
    `  drift: ${drift['candles']} live candles against those of the stored trades: ${drift['different']} differ, the largest drift is ${drift['largest_drift_percent']} %`,
  ];
}
