/** How reports stand. */
import { listInstances, type InstanceState } from '../../reporter/ledger/heartbeat.ts';
import { readState } from '../../reporter/ledger/read-state.ts';
import { summariseState, type OpenReport, type StateSummary } from '../../reporter/ledger/summarise-state.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';

interface Status extends StateSummary {
  /** Those whose work nobody has taken on yet, and those that live. */
  readonly running: readonly { readonly instance: string; readonly state: InstanceState }[];
}

export const status: Command = {
  name: 'status',
  summary: 'Reports by regime and state; what is open and due next; what failed; which instances live',
  description:
    'Folded from all ledgers. Exit status: 0 nothing needs attention, 1 a report is late, failed or contradicted, or an instance is dead and nobody has taken on its work.',
  arguments: [],
  options: [{ flags: '--now <moment>', description: 'the moment that decides what is late (default: now)' }],
  examples: [{ line: 'markets reporter status', says: 'how everything stands now' }],
  run: async ({ input, settings, now }) => {
    const store = await openStoreToRead(settings);
    const running: { instance: string; state: InstanceState }[] = [];
    for await (const { instance, state } of listInstances(store)) running.push({ instance, state });
    const state = await readState(store);
    try {
      const data: Status = { ...summariseState(state, input.instant('now') ?? now()), running };
      return { exitCode: needsAttention(data) ? 1 : 0, data, render: () => render(data) };
    } finally {
      state.close();
    }
  },
};

function needsAttention({ regimes, failed, contradicted, running }: Status): boolean {
  return failed.length > 0 || contradicted > 0 || regimes.some(({ late }) => late > 0) || running.some(({ state }) => state === 'dead');
}

function render(data: Status): string {
  const { events, regimes, open, failed, refused, running } = data;
  const states = regimes.map(({ regime, states: counts, late }) => [
    regime,
    Object.entries(counts)
      .map(([state, count]) => `${state} ${count}`)
      .join(', '),
    late,
  ]);
  const turnedAway = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
  return [
    `${events.received} events received, ${events.finished} finished, ${events.open} open; ${data.entries} entries of ${data.instances} ledgers`,
    running.length === 0 ? 'no instance' : running.map(({ instance, state }) => `${instance} ${state}`).join('\n'),
    ...(states.length === 0 ? [] : [renderTable(['regime', 'reports', 'late'], states)]),
    ...listed('OPEN', open),
    ...listed('FAILED', failed),
    ...(data.contradicted === 0 ? [] : [`${data.contradicted} replies say otherwise than what stands`]),
    ...(turnedAway.length === 0 ? [] : [`turned away: ${turnedAway.join(', ')}`]),
  ].join('\n');
}

function listed(title: string, reports: readonly OpenReport[]): readonly string[] {
  if (reports.length === 0) return [];
  const rows = reports.map(({ report_id, state, due_at, minutes_left, codes, reason }) => [
    report_id,
    state,
    due_at,
    minutes_left,
    reason ?? codes.join(', '),
  ]);
  return [title, renderTable(['report', 'state', 'due', 'minutes left', 'why'], rows)];
}
