/** What a cycle did, for a reader. */
import type { CycleResult } from '../../orchestrator/index.ts';
import { renderTable } from '../framework/table.ts';

export function renderCycles(results: readonly CycleResult[], colour: boolean): string {
  return results.map((result) => renderCycle(result, colour)).join('\n\n');
}

function renderCycle(result: CycleResult, colour: boolean): string {
  const title = `Cycle of ${result.now.slice(0, 19)}Z: ${result.status}`;
  const sections = [
    colour ? `\u001b[1m${title}\u001b[0m` : title,
    filesTable(result),
    waitingLine(result),
    ...result.alerts_opened.map((alert) => `alert ${alert.severity} ${alert.kind}: ${subject(alert)} ${alert.message}`),
    result.alerts_closed.length > 0 ? `${result.alerts_closed.length} alerts closed` : '',
    `warehouse: ${WAREHOUSE[result.transform]}`,
    ...result.extracts.map((object) => `extract: ${object}`),
    ...result.delivered.map((object) => `delivered: ${object}`),
    ...result.errors.map(
      (error) => `error ${error.code} in ${error.step}${error.object === null ? '' : ` of ${error.object}`}: ${error.message}`,
    ),
    `took ${result.steps.map(({ step, duration_ms }) => `${step} ${(duration_ms / 1000).toFixed(1)} s`).join(', ')}`,
  ];
  return sections.filter((section) => section !== '').join('\n');
}

const WAREHOUSE: Readonly<Record<CycleResult['transform'], string>> = {
  not_due: 'nothing new',
  skipped: 'left out',
  ok: 'built',
  failed: 'the build failed; the last good one stays',
};

function filesTable({ files }: CycleResult): string {
  if (files.length === 0) return 'no files';
  const columns = ['source', 'file', 'outcome', 'records', 'staged', 'quarantined', 'codes'];
  return renderTable(
    columns,
    files.map((file) => [file.source, file.object, file.outcome, file.records_in, file.staged, file.quarantined, file.codes.join(', ')]),
  );
}

function waitingLine({ waiting, unclaimed }: CycleResult): string {
  const parts = [
    waiting > 0 ? `${waiting} waiting in landing` : '',
    unclaimed.length > 0 ? `${unclaimed.length} claimed by no source: ${unclaimed.slice(0, 5).join(', ')}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function subject(alert: CycleResult['alerts_opened'][number]): string {
  return [alert.source, alert.business_date, alert.object].filter((part) => part !== null).join(' ');
}
