/** Proofs that what lies there is what was recorded. */
import { verifyAudit, type AuditResult } from '../../orchestrator/audit/verify.ts';
import type { Command, CommandGroup } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { BUCKET_KEEPS_DAYS } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { openStoreToRead } from '../lane/open-store.ts';

const PROBLEMS_SHOWN_MAX = 50;

const verify: Command = {
  name: 'verify',
  summary: 'Recompute the chain of events, every digest in it and the conservation of every load',
  description:
    'Reads every event and every object that an event names: hashes and links of the chain, sha256 of staged parts, quarantine, reports, archive, ' +
    'extracts and specs, and that each load accounts for all its records. Nothing is changed. Prints the head of the chain: kept elsewhere and ' +
    'given back with --head, it proves that nothing was cut off the end. Exit status: 0 everything holds, 2 something does not.',
  arguments: [],
  options: [{ flags: '--head <hash>', description: 'a head that was printed before: it must still be part of the chain' }],
  examples: [
    { line: 'markets audit verify', says: 'verify everything below the root' },
    { line: 'markets audit verify --head 9f86d0...', says: 'and that the chain still holds what it held then' },
  ],
  run: async ({ input, settings, progress }) => {
    const bar = progress('objects');
    const keptHead = input.optional('head');
    try {
      const result = await verifyAudit(await openStoreToRead(settings), {
        ...(keptHead === undefined ? {} : { keptHead }),
        ...(settings.root.startsWith('gs://') ? { keptDays: BUCKET_KEEPS_DAYS } : {}),
        progress: (done, total) => bar.update(done, total),
      });
      return { exitCode: result.problems.length === 0 ? 0 : 2, data: result, render: () => render(result) };
    } finally {
      bar.stop();
    }
  },
};

export const command: CommandGroup = {
  name: 'audit',
  summary: 'Prove that what lies there is what was recorded',
  commands: [verify],
};

function render(result: AuditResult): string {
  const ignored = result.ignored_events === 0 ? '' : ` (${result.ignored_events} more of holders who had lost the lease count for nobody)`;
  const lines = [
    `${result.events} events of ${result.runs} runs${ignored}`,
    `${result.objects} objects, ${result.bytes} bytes read; ${result.loads} loads`,
    ...(result.expired_objects === 0 ? [] : [`${result.expired_objects} objects are gone because their time was over`]),
    result.head === null ? 'no event yet' : `head ${result.head.hash} of run ${result.head.run_id}`,
  ];
  if (result.problems.length === 0) return [...lines, 'everything holds'].join('\n');
  const shown = result.problems.slice(0, PROBLEMS_SHOWN_MAX).map((one) => [one.where, one.problem, one.expected, one.found]);
  return [...lines, `${result.problems.length} PROBLEMS`, renderTable(['where', 'problem', 'expected', 'found'], shown)].join('\n');
}
