/** Proof that what the reporter says it did is what was written then. */
import { verifyReports, type VerifiedReports } from '../../reporter/ledger/verify.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';

const FINDINGS_SHOWN_MAX = 50;

export const verify: Command = {
  name: 'verify',
  summary: 'Recompute every ledger, anchor and step of a trade',
  description:
    'Reads every entry of every ledger (hashes, links, order), every anchor, every report and its end, and holds what was sent to what ledgers say was sent. Nothing is ' +
    'changed. Ledgers of living instances are read as far as they go. Exit status: 0 everything holds, 2 something does not.',
  arguments: [],
  options: [],
  examples: [{ line: 'markets reporter verify', says: 'verify everything below the root' }],
  run: async ({ settings, progress }) => {
    const bar = progress('entries');
    try {
      const result = await verifyReports(await openStoreToRead(settings), (entries) => bar.update(entries, entries));
      return { exitCode: result.finding_count === 0 ? 0 : 2, data: result, render: () => render(result) };
    } finally {
      bar.stop();
    }
  },
};

function render(result: VerifiedReports): string {
  const lines = [
    `${result.entries} entries of ${result.instances} ledgers, ${result.open} of them open; ${result.anchors} anchors`,
    `${result.steps} steps of trades`,
  ];
  if (result.finding_count === 0) return [...lines, 'everything holds'].join('\n');
  const shown = result.findings.slice(0, FINDINGS_SHOWN_MAX).map(({ place, expected, found }) => [place, expected, found]);
  return [...lines, `${result.finding_count} FINDINGS`, renderTable(['where', 'expected', 'found'], shown)].join('\n');
}
