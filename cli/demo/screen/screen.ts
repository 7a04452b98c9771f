/** The screen at the end of the demo, in the order in which a newcomer asks. */
import type { DemoOutcome } from '../outcome.ts';
import { renderArrived, renderCycles } from './arrived.ts';
import { dayAndTime, heading } from './heading.ts';
import { renderRefused } from './refused.ts';
import { renderReports } from './reports.ts';
import { renderStreams } from './streams.ts';
import { renderHealed, renderTrades } from './trades.ts';

export function renderScreen(outcome: DemoOutcome, colour: boolean): string {
  const files = outcome.cycles.reduce((sum, cycle) => sum + cycle.files.length, 0);
  const first = `A business week of a small bank: ${outcome.cycles.length} cycles, ${files} files, ${outcome.seconds.toFixed(0)} s. Everything lies in ${outcome.root}`;
  return [
    heading(first, colour),
    renderCycles(outcome, colour),
    renderArrived(outcome, colour),
    renderRefused(outcome, colour),
    renderTrades(outcome, colour),
    renderHealed(outcome, colour),
    renderExtract(outcome, colour),
    renderTrace(outcome, colour),
    renderAlerts(outcome, colour),
    renderStreams(outcome.streams, colour),
    renderReports(outcome.reports, outcome.streams.reconciliation, colour),
    renderNext(outcome, colour),
  ].join('\n\n');
}

function renderExtract({ extracts }: DemoOutcome, colour: boolean): string {
  const lines = extracts.map((each) => `  ${each.object}  ${each.rows} rows, ${each.bytes} bytes, sha256 ${each.sha256.slice(0, 16)}…`);
  const row = extracts.at(-1)?.first_row;
  return [
    heading('THE EXTRACTS FOR THE SURVEILLANCE PARTNER', colour),
    ...lines,
    ...(row === undefined ? [] : [`  its first row: ${row.length > 240 ? `${row.slice(0, 239)}…` : row}`]),
  ].join('\n');
}

function renderTrace({ trace }: DemoOutcome, colour: boolean): string {
  const title = heading('ONE TRADE, BACK TO ITS BYTE', colour);
  if (trace === null) return `${title}\n  there is no trade`;
  return [
    title,
    `  trade_id ${trace.trade_id} is ${trace.source_trade_id}`,
    `  record ${trace.record} of ${trace.file}, line ${trace.line ?? '-'}, ${trace.byte_length} bytes from byte ${trace.byte_offset},`,
    `  kept as ${trace.archived_as}:`,
    ...trace.raw.split('\n').map((line) => `    | ${line}`),
  ].join('\n');
}

function renderAlerts({ cycles }: DemoOutcome, colour: boolean): string {
  const closed = new Map(cycles.flatMap((cycle) => cycle.alerts_closed.map((id) => [id, cycle.now] as const)));
  const lines = cycles.flatMap((cycle) =>
    cycle.alerts_opened.map((alert) => {
      const end = closed.get(alert.alert_id);
      const until = end === undefined ? 'still open' : `closed ${dayAndTime(end)}`;
      const about = alert.object ?? [alert.source, alert.business_date].filter((each) => each !== null).join(' ');
      return `  ${alert.severity} ${dayAndTime(cycle.now)} ${until.padEnd(16)} ${alert.kind.padEnd(11)} ${about}: ${alert.message}`;
    }),
  );
  return [heading('ALERTS', colour), ...lines].join('\n');
}

function renderNext({ root, trace, streams }: DemoOutcome, colour: boolean): string {
  const call = `bin/markets --root ${root}`;
  return [
    heading('LOOK FURTHER', colour),
    `  ${call} status --date 2023-02-03`,
    `  ${call} quarantine list`,
    `  ${call} trace ${trace?.trade_id ?? 'TRADE_ID'}`,
    `  ${call} query "select desk_id, count(*) as trades, sum(notional) as notional from curation.trades_enriched group by all order by all"`,
    `  ${call} audit verify`,
    `  bin/markets --root ${streams.root} query "select * from control.streaming_sequence_gaps"`,
    `  bin/markets --root ${streams.root} reporter status`,
    `  bin/markets --root ${streams.root} reporter verify`,
    `  ${root}/manifest.json says what was put into every file`,
  ].join('\n');
}
