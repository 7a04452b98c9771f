/** `markets retention`: removes what a root that is a folder keeps no longer, as the lifecycle of buckets does in production. */
import { loadLaneConfig } from '../../orchestrator/index.ts';
import type { Command } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';
import { runRetention, type RetentionOutcome } from '../lane/run-retention.ts';

export const command: Command = {
  name: 'retention',
  summary: 'Remove what is kept no longer: staged, failed and unclaimed files past their days',
  description:
    'For a root that is a folder. By the block `retention:` of the configuration and the time of their last change: staged files (30 days; `markets rebuild` ' +
    'makes them again, and those that the warehouse has not read yet stay), failed files (90 days), files in landing that no source claims (90 days), and ' +
    'what killed writers left behind (a day), and days of the history of streams (7 years). archive, control, quarantine and extracts are never touched. Shows what would be removed; with --apply removes ' +
    'it in a run of its own and records each object. `markets schedule` does so once a day. In buckets their lifecycle does it (docs/cloud/terraform.md). ' +
    'Exit status: 0 done, or shown; 2 another run is at work.',
  arguments: [],
  options: [{ flags: '--apply', description: 'remove it' }],
  examples: [
    { line: 'markets retention', says: 'what would be removed' },
    { line: 'markets retention --apply', says: 'and it is' },
  ],
  run: async ({ input, settings, signal, now }) => {
    const store = await openStoreToRead(settings);
    const config = await loadLaneConfig(settings.config, settings.env);
    const { root } = settings;
    const outcome = await runRetention({ root, store, config, apply: input.flag('apply'), now, signal });
    return { exitCode: 0, data: { kept_by: outcome === null ? 'lifecycle' : 'retention', outcome }, render: () => render(outcome) };
  },
};

function render(outcome: RetentionOutcome | null): string {
  if (outcome === null) return 'The lifecycle of the buckets removes what is kept no longer: nothing to do here.';
  const { applied, folders, unfinished, history } = outcome;
  const rows = [
    ...folders.map(({ folder, kept_days, objects, bytes }) => [folder, String(kept_days), String(objects), String(bytes)]),
    ['history', String(history.kept_days), String(history.objects), String(history.bytes)],
    ['unfinished files', '1', String(unfinished.files), String(unfinished.bytes)],
  ];
  return [
    renderTable(['folder', 'kept days', applied ? 'removed' : 'would be removed', 'bytes'], rows),
    ...(outcome.staging_held ? ['Staged files stay: the warehouse has not read all of them yet (`markets run`).'] : []),
    ...(outcome.more ? ['There is more: the next call takes it.'] : []),
    ...(applied ? [] : ['Nothing was removed. Call it with --apply.']),
  ].join('\n');
}
