/** `markets simulate regulator`: a regulator that does not exist, in the foreground. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import type { RegulatorSummary } from '../../reporter/simulator/regulator.ts';
import type { RegulatorOptions, RunningRegulator } from '../../reporter/simulator/start-regulator.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { describeFaults, readRegulatorOptions, REGULATOR_OPTIONS } from './regulator-options.ts';

export const SIMULATE_REGULATOR: Command = {
  name: 'regulator',
  summary: 'A regulator: takes reports, judges them by rules of its own, and fails as often as wanted',
  description:
    'Serves POST /transactions, GET /transactions/{trn}?action=NEWT|CANC, GET /replies?after=N, GET /books (what it holds, a line of JSON each) and ' +
    'GET /books/summary, until a signal; the address is logged as regulator_listening. Reports in XML (auth.016) are answered by auth.031, those in JSON by JSON. ' +
    `Faults are chosen by a hash of seed, report and number of the try, so they do not depend on the order of calls: ${describeFaults()}. ` +
    'Exit status: 0 ended; 2 it could not listen.',
  arguments: [],
  options: REGULATOR_OPTIONS,
  examples: [
    { line: 'markets simulate regulator', says: 'a regulator without faults at http://127.0.0.1:9480' },
    { line: 'markets simulate regulator --faults 20% --seed 7 --late 500ms', says: 'every fifth call meets a fault of some kind' },
    {
      line: 'markets simulate regulator --faults timeout_after=5%,pending=10% --journal books.jsonl',
      says: 'two kinds, books kept over a restart',
    },
  ],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const options = await readRegulatorOptions(context);
  // The address is what whoever starts it waits for.
  const logger = createLogger({ level: context.settings.logLevel === 'debug' ? 'debug' : 'info' });
  const running = await listen(options);
  logger.log('info', 'regulator_listening', { url: running.url, seed: options.seed });
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const summary = running.regulator.summary();
  await running.close();
  await logger.close();
  return { exitCode: 0, data: { url: running.url, ...summary }, render: () => render(summary) };
}

async function listen(options: RegulatorOptions): Promise<RunningRegulator> {
  // Its HTTP server is loaded only here, for other simulations have no use of it.
  const { startRegulator } = await import('../../reporter/simulator/start-regulator.ts');
  try {
    return await startRegulator(options);
  } catch (error) {
    throw new MarketsError('SUBMIT_SIMULATOR', 'The regulator could not be started.', {
      cause: error,
      found: error instanceof Error && 'code' in error ? String(error.code) : 'an error',
      next: 'Take another --port, or look at the files that were named.',
    });
  }
}

function render({ faults, ...counts }: RegulatorSummary): string {
  return renderTable(
    ['', 'count'],
    [...Object.entries(counts), ...Object.entries(faults).map(([fault, count]) => [`fault ${fault}`, count] as const)].map(
      ([name, count]) => [name, String(count)],
    ),
  );
}
