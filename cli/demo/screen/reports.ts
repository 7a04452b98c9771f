/** What came of the reports to regulators. */
import { renderTable } from '../../framework/table.ts';
import type { TextRow } from '../../sandbox/rows.ts';
import type { DemoReport, ReportsOutcome } from '../reports/run-reports.ts';
import { heading } from './heading.ts';

export function renderReports(
  { reports, replayed, entries, accepted_by_regulators }: ReportsOutcome,
  reconciliation: readonly TextRow[],
  colour: boolean,
): string {
  const accepted = reports.filter(({ accepted_at }) => accepted_at !== null);
  const late = accepted.filter(({ is_late }) => is_late).length;
  return [
    `${heading('REPORTS TO REGULATORS', colour)}   ${reports.length} reports of the bank's own trades: ${accepted.length - late} accepted in time, ${late} late; the dead letter was replayed: ${replayed}`,
    renderTable(['trade', 'what happened', 'regime', 'state', 'due', 'accepted', ''], reports.map(cellsOf)),
    `  ${entries} entries in the ledger, chained by their hashes; the regulators' books hold ${accepted_by_regulators} accepted messages`,
    '  the trades of the warehouse against the ledger:',
    renderTable(
      ['regime', 'status', 'reports'],
      reconciliation.map(({ regime, status, reports: count }) => [regime ?? null, status ?? null, count ?? null]),
    ),
  ].join('\n');
}

function cellsOf({ story, version, regime, state, due_at, accepted_at, is_late, codes }: DemoReport): readonly (string | null)[] {
  return [version, story, regime, state, momentText(due_at), momentText(accepted_at), is_late ? 'LATE' : codes.join(', ')];
}

function momentText(moment: string | null): string | null {
  return moment === null ? null : `${moment.slice(5, 10)} ${moment.slice(11, 19)}`;
}
