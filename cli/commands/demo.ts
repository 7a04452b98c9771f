/** `markets demo`: a business week of a small bank, from landing to the extract. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { createLogger, type Logger } from '../../core/telemetry/logger.ts';
import { collectExtracts, collectTrace, collectTrades } from '../demo/collect.ts';
import { demoManifest } from '../demo/manifest.ts';
import type { DemoOutcome } from '../demo/outcome.ts';
import { runWeek } from '../demo/run-week.ts';
import { runReports } from '../demo/reports/run-reports.ts';
import { runStreams, streamsRoot, type StreamsOptions, type StreamsOutcome } from '../demo/streams/run-streams.ts';
import { renderScreen } from '../demo/screen/screen.ts';
import { demoWeek } from '../demo/week.ts';
import type { Command, CommandContext } from '../framework/command.ts';
import type { Progress } from '../framework/progress.ts';
import { refusedRows } from '../sandbox/refused-rows.ts';
import { openSandboxLane } from '../sandbox/sandbox-lane.ts';

/** The trade that is followed back to its byte: amended in the middle of the week. */
const TRACED = 'MX-100003';

export const command: Command = {
  name: 'demo',
  summary: 'Run a business week of a small bank end to end and show what came of it',
  description:
    'Makes data/demo anew (or --out), puts the files of the week 2023-01-30 to 2023-02-03 into its landing folder one cycle after another, runs ' +
    'the cycles by an injected clock; then, by the real clock and in the root streams below it, reports trades of the bank itself to simulated regulators, ' +
    'and sends them and trades of an exchange through the programs of streams for ten seconds. Shows what arrived, what was refused and why, the trades, ' +
    'the extract, the candles, the reports and their reconciliation. The same seed gives the same bytes of the week. Exit status 0: every cycle did its work, ' +
    'which includes refusing bad data; 2: a cycle failed.',
  arguments: [],
  options: [{ flags: '--out <folder>', description: "where the week lies; emptied first (default: data/demo in the project's folder)" }],
  examples: [
    { line: 'markets demo', says: 'run the week in data/demo' },
    { line: 'markets demo --out /tmp/week --json', says: 'run it elsewhere and print everything as one JSON document' },
  ],
  run: async (context) => {
    const outcome = await runDemo(context);
    const failed = [...outcome.cycles.map(({ status }) => status), outcome.streams.cycle_status].includes('failed');
    return {
      exitCode: failed ? 2 : 0,
      data: outcome,
      errors: outcome.cycles.flatMap((cycle) => cycle.errors.map((error) => ({ ...error, now: cycle.now }))),
      render: () => renderScreen(outcome, context.colour),
    };
  },
};

async function runDemo(context: CommandContext): Promise<DemoOutcome> {
  const logger = createLogger({ level: context.settings.logLevel });
  try {
    return await runAll(context, logger);
  } finally {
    await logger.close();
  }
}

async function runAll({ input, environment, signal, progress }: CommandContext, logger: Logger): Promise<DemoOutcome> {
  const startedMs = performance.now();
  const specsFolder = join(environment.home, 'source_specs');
  const out = input.optional('out');
  const rootFolder = out === undefined ? join(environment.home, 'data', 'demo') : resolve(environment.workingFolder, out);
  const week = demoWeek();
  await emptyRoot(rootFolder);
  await writeFile(join(rootFolder, 'manifest.json'), `${JSON.stringify(demoManifest(week), null, 2)}\n`);
  const bar = progress('demo');
  const lane = await openSandboxLane({ rootFolder, specsFolder, environment, signal });
  try {
    const run = await runWeek(lane, week, (done, cycle) =>
      bar.update(done, week.cycles.length, `${cycle.now.slice(0, 16)} ${cycle.title}`),
    );
    bar.stop();
    const reports = await runReports({
      ...{ rootFolder: streamsRoot(rootFolder), specsFolder, home: environment.home },
      openWarehouse: async () => await lane.openWarehouse(),
    });
    const streams = await showStreams(
      { ownTrades: reports.messages, openOwedJudge: reports.openOwedJudge, rootFolder, specsFolder, environment, signal, logger },
      progress('streams'),
    );
    const reader = await lane.openWarehouse();
    try {
      return {
        root: shownPath(environment.workingFolder, rootFolder),
        streams: { ...streams, root: shownPath(environment.workingFolder, streams.root) },
        reports: reports.outcome,
        ...run,
        refused: await refusedRows(lane.store, lane.specs),
        ...(await collectTrades(reader)),
        extracts: await collectExtracts(lane.store),
        trace: await collectTrace(reader, lane.store, TRACED),
        seconds: (performance.now() - startedMs) / 1000,
      };
    } finally {
      reader.close();
    }
  } finally {
    bar.stop();
    await lane.close();
  }
}

async function showStreams(options: Omit<StreamsOptions, 'progress'>, bar: Progress): Promise<StreamsOutcome> {
  try {
    return await runStreams({ ...options, progress: (done, total, text) => bar.update(done, total, text) });
  } finally {
    bar.stop();
  }
}

/** Relative where that is shorter to type: below the folder where the command was called. */
function shownPath(from: string, folder: string): string {
  const path = relative(from, folder);
  return path === '' ? '.' : path.startsWith('..') ? folder : path;
}

/** Only a folder that an earlier demo made is emptied. */
async function emptyRoot(rootFolder: string): Promise<void> {
  await mkdir(rootFolder, { recursive: true });
  const names = await readdir(rootFolder);
  if (names.length > 0 && !names.includes('manifest.json')) {
    throw new MarketsError('CLI_USAGE', 'The folder holds something that is no demo.', {
      expected: 'an empty folder, or one that an earlier demo made (with its manifest.json)',
      found: `${rootFolder} with ${names.slice(0, 3).join(', ')}`,
      next: 'choose another --out',
    });
  }
  for (const name of names) await rm(join(rootFolder, name), { recursive: true });
}
