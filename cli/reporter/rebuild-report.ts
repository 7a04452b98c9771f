/** Reports made again from the ledger, the kept reference data and the kept regime, and held to what was sent. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { rebuildReports, type RebuiltStep } from '../../reporter/pipeline/rebuild-reports.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';
import { planReporter } from './open-configured-reporter.ts';

export const rebuildReport: Command = {
  name: 'rebuild-report',
  summary: 'Make the reports of a trade again from what was kept, and compare them byte for byte',
  description:
    'Reads the event from the ledger, the versions of reference data and the text of the regime as they were kept, makes each report of the trade again and ' +
    'holds it to the bytes that were sent. What the warehouse and the regimes say today does not matter. Exit status: 0 all the same; 1 one is not.',
  arguments: [],
  options: [
    { flags: '--trade <trade_id>', description: '32 hex digits' },
    { flags: '--regime <name>', description: 'name of the regime' },
    { flags: '--show', description: 'print the bytes of the last report as well' },
  ],
  examples: [
    {
      line: 'markets reporter rebuild-report --trade 56c574d1102fdd4e50a4721af8aa6f30 --regime rts_22',
      says: 'prove what was reported of a trade',
    },
  ],
  run: async (context) => {
    const { input, settings } = context;
    const tradeId = input.text('trade').toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(tradeId)) {
      throw new MarketsError('CLI_USAGE', 'The value of --trade is no trade_id.', { expected: '32 hex digits', found: tradeId });
    }
    const { readers } = await planReporter(context);
    const rebuilt = await rebuildReports(await openStoreToRead(settings), readers, tradeId, input.text('regime'));
    const bytes = input.flag('show') ? (rebuilt.at(-1)?.step.payload ?? null) : null;
    const data = { reports: rebuilt.map(shown), bytes };
    return { exitCode: rebuilt.every(({ isSame }) => isSame) ? 0 : 1, data, render: () => render(data.reports, bytes) };
  },
};

interface Shown {
  readonly step: number;
  readonly action: string;
  readonly trn: string;
  readonly state: string | null;
  readonly same: boolean;
  readonly payload_sha256: string;
  readonly reason: string | null;
}

function shown({ step, state, isSame, reason }: RebuiltStep): Shown {
  const { seq, action, trn, payload_sha256 } = step;
  return { step: seq, action, trn, state, same: isSame, payload_sha256, reason };
}

function render(reports: readonly Shown[], bytes: string | null): string {
  const rows = reports.map(({ step, action, trn, state, same, payload_sha256: sha256, reason }) => [
    step,
    action,
    trn,
    state ?? 'open',
    same ? 'the same bytes' : (reason ?? ''),
    sha256.slice(0, 16),
  ]);
  const table = renderTable(['step', 'action', 'TRN', 'state', 'made again', 'sha256'], rows);
  return bytes === null ? table : `${table}\n${bytes}`;
}
