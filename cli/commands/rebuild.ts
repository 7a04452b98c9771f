/** Archived files staged again: for when staging/ is gone and the warehouse has to be built anew. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { RebuildResult } from '../../orchestrator/rebuild/rebuild.ts';
import type { Command } from '../framework/command.ts';
import { openLane } from '../lane/open-lane.ts';

export const command: Command = {
  name: 'rebuild',
  summary: 'Stage archived files again under the spec that judged them',
  description:
    'For every published load with a business date from --from to --to whose staged files are gone: takes the original from archive/, judges it by the ' +
    'spec of control/specs that judged it, at the moment at which it was judged, and puts the files back under their names. Load ids, rows and everything ' +
    'else stay as they were; records in, staged and refused must come out the same, else the load is left as it is and said. What is there is not touched. ' +
    'The next cycle builds the warehouse. Exit status: 0 all of it stands; 2 something could not be staged again.',
  arguments: [],
  options: [
    { flags: '--from <date>', description: 'first business date', required: true },
    { flags: '--to <date>', description: 'last business date', required: true },
    { flags: '--source <name>', description: "only this source's loads" },
    { flags: '--now <moment>', description: "the run's clock stands at this moment" },
  ],
  examples: [
    { line: 'markets rebuild --from 2023-01-30 --to 2023-02-03', says: 'what was staged in that week, where it is gone' },
    { line: 'markets rebuild --from 0001-01-01 --to 9999-12-31', says: 'everything that is in the archive' },
  ],
  run: async (context) => {
    const { input } = context;
    const [from = '', to = '', now, source] = [input.date('from'), input.date('to'), input.instant('now'), input.optional('source')];
    if (from > to)
      throw new MarketsError('CLI_USAGE', 'The last date is before the first.', {
        expected: '--from not after --to',
        found: `${from} to ${to}`,
      });
    const opened = await openLane(context);
    const progress = context.progress('loads');
    try {
      const result = await opened.lane.rebuild({
        ...{ from, to },
        ...(now === undefined ? {} : { now }),
        ...(source === undefined ? {} : { source }),
        onLoad: (done, total, object) => progress.update(done, total, object),
      });
      return { exitCode: result.errors.length === 0 ? 0 : 2, data: result, errors: result.errors, render: () => render(result) };
    } finally {
      progress.stop();
      await opened.close();
    }
  },
};

function render({ loads, standing, rebuilt, rewritten, errors }: RebuildResult): string {
  const others = rewritten === 0 ? '' : `, ${String(rewritten)} of them in other bytes with the same rows (another engine wrote them)`;
  return [
    `${String(loads)} loads: ${String(standing)} stand, ${String(rebuilt)} staged again${others}`,
    ...errors.map(({ code, object, message }) => `error ${code} of ${object ?? ''}: ${message}`),
  ].join('\n');
}
