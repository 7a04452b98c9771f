/** One cycle of the batch lane, or one for each day. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { CycleResult, LaneRuntime } from '../../orchestrator/index.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { renderCycles } from '../lane/render-cycle.ts';
import { join as joinRun } from '../run/join.ts';
import { sharedTask } from '../run/shared-task.ts';
import { openLane } from '../lane/open-lane.ts';
import { workFolder } from '../lane/work-folder.ts';

/** A year and a bit: whoever wants more calls it twice. */
const DAYS_MAX = 400;
const EXIT_CODE = { ok: 0, attention: 1, failed: 2 } as const;

export const command: Command = {
  name: 'run',
  summary: 'One cycle: landing to staging, archive, warehouse and extract',
  description:
    'Takes what lies in landing/ through the gate, validates it, publishes and archives it, builds the warehouse where something is new and ' +
    'writes the extract when it is due. Two runs never overlap; a run that was killed is finished by the next one. ' +
    'With --from and --to one cycle runs for each day, its clock at the last moment of that day (UTC). ' +
    'With --tasks several processes judge the files of one cycle: task 0 runs it, the others wait for it, take files and end. ' +
    'Exit status: 0 all good, 1 something needs attention, 2 a step failed, 64 a spec or the configuration is wrong.',
  arguments: [],
  options: [
    { flags: '--now <moment>', description: "the run's clock stands at this moment, e.g. 2023-01-30T18:00:00Z" },
    { flags: '--from <date>', description: 'first day to catch up, with --to' },
    { flags: '--to <date>', description: 'last day to catch up, with --from' },
    { flags: '--source <name>', description: "only this source's files" },
    { flags: '--skip-dbt', description: 'leave the warehouse and the extract out' },
    { flags: '--tasks <count>', description: 'so many processes share the files of the run, this one among them' },
    {
      flags: '--task <number>',
      description: 'which of them this is: 0 is the run, the others join it (default: what Cloud Run or Kubernetes says, else 0)',
    },
    {
      flags: '--metrics-file <file>',
      description:
        'where the counters for Prometheus go (default: metrics/markets.prom below the root; of buckets, below a folder for temporary files)',
    },
  ],
  examples: [
    { line: 'markets run', says: 'one cycle, now' },
    { line: 'markets run --task 1 --tasks 4', says: 'judge a share of the files of the run that is task 0' },
    { line: 'markets run --from 2023-01-30 --to 2023-02-03', says: 'catch up a week, one cycle a day' },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const share = sharedTask(context);
  if (share !== null && share.task > 0) return await joinRun(context, share);
  const moments = momentsOf(context);
  const opened = await openLane(context);
  const results: CycleResult[] = [];
  try {
    for (const now of moments) {
      if (context.signal.aborted) break;
      results.push(await cycle(context, opened.lane, now, share !== null));
    }
    await writeMetrics(context, opened.lane);
  } catch (error) {
    // What ended the run is what is told, also where the metrics cannot be written for the same reason.
    await writeMetrics(context, opened.lane).catch(() => undefined);
    throw error;
  } finally {
    await opened.close();
  }
  const stopped = context.signal.aborted ? [STOPPED] : [];
  return {
    exitCode: Math.max(0, ...results.map((result) => EXIT_CODE[result.status]), ...stopped.map(() => EXIT_CODE.failed)) as 0 | 1 | 2,
    data: moments.length === 1 ? results[0] : results,
    errors: [...results.flatMap((result) => result.errors), ...stopped],
    render: () => [renderCycles(results, context.colour), ...stopped.map(({ code, message }) => `error ${code}: ${message}`)].join('\n'),
  };
}

/** Of a run that ends well, and not at its end. */
const STOPPED = {
  step: 'run',
  object: null,
  code: 'LANE_STOPPED',
  message: 'A signal stopped the run; the next one goes on where it ended.',
} as const satisfies CycleResult['errors'][number];

async function cycle(context: CommandContext, lane: LaneRuntime, now: string | undefined, share: boolean): Promise<CycleResult> {
  const progress = context.progress('files');
  const source = context.input.optional('source');
  try {
    return await lane.runCycle({
      ...(now === undefined ? {} : { now }),
      ...(source === undefined ? {} : { source }),
      share,
      skipDbt: context.input.flag('skip-dbt'),
      onFile: (done, total, object) => progress.update(done, total, object),
    });
  } finally {
    progress.stop();
  }
}

/** The clocks of the cycles; undefined is the machine's own. */
function momentsOf({ input }: CommandContext): readonly (string | undefined)[] {
  const [from, to, now] = [input.date('from'), input.date('to'), input.instant('now')];
  if (from === undefined && to === undefined) return [now];
  if (from === undefined || to === undefined || now !== undefined || from > to) {
    throw new MarketsError('CLI_USAGE', 'The days to catch up are not given as they should be.', {
      expected: '--from and --to together, the first not after the last, without --now',
      found: `--from ${from ?? 'none'} --to ${to ?? 'none'}${now === undefined ? '' : ` --now ${now}`}`,
    });
  }
  const moments: string[] = [];
  for (let day = Date.parse(`${from}T00:00:00Z`); day <= Date.parse(`${to}T00:00:00Z`); day += 86_400_000) {
    moments.push(`${new Date(day).toISOString().slice(0, 10)}T23:59:59.999999Z`);
    if (moments.length > DAYS_MAX) {
      throw new MarketsError('CLI_USAGE', 'Too many days at once.', { expected: `at most ${DAYS_MAX} days`, found: `${from} to ${to}` });
    }
  }
  return moments;
}

async function writeMetrics({ input, settings, environment }: CommandContext, lane: LaneRuntime): Promise<void> {
  const given = input.optional('metrics-file');
  const file = given === undefined ? join(workFolder(settings.root), 'metrics', 'markets.prom') : resolve(environment.workingFolder, given);
  const text = await lane.metrics.text();
  try {
    await mkdir(dirname(file), { recursive: true });
    // Swapped in whole: whoever collects the file never reads half of it.
    await writeFile(`${file}.tmp`, text);
    await rename(`${file}.tmp`, file);
  } catch (cause) {
    throw new MarketsError('STORE_UNAVAILABLE', 'The metrics cannot be written.', {
      cause,
      expected: 'a place that may be written',
      found: cause instanceof Error ? cause.message : file,
      next: 'Give another place with --metrics-file.',
    });
  }
}
