/** The trades at the end of the lane: enriched, healed, flagged. */
import { renderTable } from '../../framework/table.ts';
import type { DemoOutcome } from '../outcome.ts';
import type { TextRow } from '../../sandbox/rows.ts';
import { dayAndTime, heading } from './heading.ts';

/** Trades that are named for each flag that is left. */
const NAMED = 4;
const FLAGS = ['trader_not_found', 'counterparty_not_found', 'instrument_not_found', 'book_not_found'] as const;

export function renderTrades({ trades, trade_count }: DemoOutcome, colour: boolean): string {
  const rows = trades.map((trade) => [
    trade['source_trade_id'],
    dayAndTime(trade['trade_time'] ?? ''),
    trade['status'],
    trade['side'],
    trade['quantity'],
    trade['instrument_id'],
    trade['price'],
    trade['trader_id'],
    trade['desk_id'],
    trade['counterparty_name'],
    flagsOf(trade),
  ]);
  const titles = [
    'trade',
    'time',
    'status',
    'side',
    { title: 'quantity', align: 'right' },
    'instr.',
    { title: 'price', align: 'right' },
    'trader',
    'desk',
    { title: 'counterparty', maxWidth: 26 },
    'flags',
  ] as const;
  return `${heading('TRADES, ENRICHED', colour)}   ${trade_count} in all, some of them:\n${renderTable(titles, rows)}`;
}

export function renderHealed({ healed, still_flagged }: DemoOutcome, colour: boolean): string {
  const lines = healed.map(
    (trade) => `  ${trade.source_trade_id}  ${trade.flag} since ${dayAndTime(trade.flagged_at)}, healed ${dayAndTime(trade.healed_at)}`,
  );
  const left = [...Map.groupBy(still_flagged, flagsOf)].map(([flags, trades]) => {
    const names = trades.map((trade) => trade['source_trade_id'] ?? '');
    return `  ${flags} still: ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;
  });
  return [heading('FLAGS THAT HEALED WHEN THE REFERENCE DATA CAME', colour), ...lines, ...left].join('\n');
}

function flagsOf(trade: TextRow): string {
  return FLAGS.filter((flag) => trade[flag] === 'true').join(', ');
}
