/** How the lane stands. */
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { laneStatus, type LaneStatus } from '../../orchestrator/status/lane-status.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';

export const command: Command = {
  name: 'status',
  summary: 'Sources: expected, arrived, late, missing, quarantined; last cycle; backlog',
  description:
    'Reads the events and the names in landing/; changes nothing and takes no lease. The business date is that of the last cycle unless --date says ' +
    'another. Exit status: 0 all good, 1 something needs attention (a source late, missing or partial, an open alert, a build or cycle that failed).',
  arguments: [],
  options: [
    { flags: '--date <date>', description: 'the business date (default: that of the last cycle)' },
    { flags: '--now <moment>', description: 'the moment that decides what is due (default: that of the last cycle)' },
  ],
  examples: [{ line: 'markets status --date 2023-01-30', says: 'what came for that day and what did not' }],
  run: async ({ input, settings, now }) => {
    const { specs } = await loadSpecs(settings.specs);
    const [date, moment] = [input.date('date'), input.instant('now')];
    const status = await laneStatus({
      store: await openStoreToRead(settings),
      specs,
      wallClock: now(),
      ...(date === undefined ? {} : { date }),
      ...(moment === undefined ? {} : { now: moment }),
    });
    return { exitCode: needsAttention(status) ? 1 : 0, data: status, render: () => render(status) };
  },
};

const NOT_GOOD = new Set(['LATE', 'PARTIAL', 'MISSING']);

function needsAttention({ sources, alerts, warehouse, last_cycle }: LaneStatus): boolean {
  return (
    sources.some((source) => NOT_GOOD.has(source.status)) ||
    alerts.length > 0 ||
    warehouse.status === 'failed' ||
    last_cycle?.status === 'failed' ||
    last_cycle?.status === 'not finished'
  );
}

function deliveryText({ delivered_at, receipt }: NonNullable<LaneStatus['last_extract']>): string {
  if (delivered_at === null) return '';
  const said = receipt === 'not_expected' ? '' : `, receipt ${receipt}`;
  return `, delivered ${delivered_at.slice(0, 19)}Z${said}`;
}

function render(status: LaneStatus): string {
  const rows = status.sources.map((source) => [
    source.source,
    source.status,
    source.due_at?.slice(0, 16) ?? '',
    `${source.files}/${source.expected_files}`,
    source.rows,
    source.quarantined,
    source.failed_files,
    source.duplicates,
  ]);
  const { backlog, warehouse, last_cycle: cycle, last_extract: extract, running } = status;
  return [
    `Business date ${status.date}, as of ${status.as_of.slice(0, 19)}Z`,
    renderTable(['source', 'status', 'due (UTC)', 'files', 'rows', 'quarantined', 'failed', 'duplicates'], rows),
    '',
    cycle === null ? 'no cycle yet' : `last cycle   ${cycle.at.slice(0, 19)}Z, ${cycle.status} (run ${cycle.run_id})`,
    running === null ? '' : `running      ${running.holder}, last seen ${running.last_seen_seconds} s ago`,
    `in landing   ${backlog.in_landing} files, ${backlog.control_files} control files, ${backlog.unclaimed} claimed by no source`,
    `warehouse    ${warehouse.status ?? 'not built yet'}${warehouse.pending ? ', something new to build' : ''}`,
    extract === null ? '' : `last extract ${extract.object}, ${extract.rows} rows${deliveryText(extract)}`,
    status.alerts.length === 0
      ? 'no open alerts'
      : renderTable(
          ['alert', 'kind', 'source', 'date', 'file', 'since', 'message'],
          status.alerts.map((one) => [
            one.severity,
            one.kind,
            one.source,
            one.business_date,
            one.object,
            one.opened_at.slice(0, 16),
            one.message,
          ]),
        ),
  ]
    .filter((line, index) => line !== '' || index === 2)
    .join('\n');
}
