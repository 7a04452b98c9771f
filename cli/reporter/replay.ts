/** Dead letters begun once more, by a person who says why. */
import { userInfo } from 'node:os';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { readState } from '../../reporter/ledger/read-state.ts';
import type { ReplayedReports } from '../../reporter/open-reporter.ts';
import type { Command, CommandContext, CommandResult } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { openStoreToRead } from '../lane/open-store.ts';
import { openConfiguredReporter } from './open-configured-reporter.ts';

/** What a replay of everything takes on; a rejected report is replayed by its event only, for it would be rejected again. */
const OF_ALL = new Set(['dead_lettered', 'invalid']);
const CLOSE_MS = 20_000;

export const replay: Command = {
  name: 'replay',
  summary: 'Begin reports that ended badly once more',
  description:
    'Reads the messages of the events from the ledger and takes them through the pipeline again, as an instance of its own beside those that serve: with the ' +
    'reference data and regimes of now, under the same references, so that nothing is reported twice. The ledger keeps who asked and why. Exit status: 0 every ' +
    'report was accepted or owes nothing; 1 one ended badly again, or an event is not known.',
  arguments: [],
  options: [
    { flags: '--event <event_id...>', description: 'these events, rejected ones too' },
    { flags: '--all', description: 'every dead letter: reports that could not be sent or built' },
    { flags: '--why <text>', description: 'the reason, for the ledger' },
    { flags: '--by <name>', description: 'who wants it (default: the user of this process)' },
  ],
  examples: [{ line: 'markets reporter replay --all --why "the line to the ARM is back"', says: 'send again what could not be sent' }],
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const { input } = context;
  const [why, by] = [input.text('why'), input.optional('by') ?? userInfo().username];
  const named = input.list('event');
  if (input.flag('all') === named.length > 0) {
    throw new MarketsError('CLI_USAGE', 'It is not clear what is to be replayed.', {
      expected: 'either --event or --all',
      found: named.length > 0 ? 'both' : 'none',
    });
  }
  const eventIds = named.length > 0 ? [...new Set(named)] : await deadLetters(context);
  const replayed = eventIds.length === 0 ? [] : await replayEvents(context, eventIds, by, why);
  const isGood = replayed.every(
    ({ outcome, reports }) => outcome !== 'unknown' && reports.every(({ end }) => end !== null && !BAD.has(end)),
  );
  return { exitCode: isGood ? 0 : 1, data: { by, why, events: replayed }, render: () => render(replayed) };
}

const BAD = new Set(['rejected', 'dead_lettered', 'invalid', 'conflict']);

async function deadLetters({ settings }: CommandContext): Promise<readonly string[]> {
  const state = await readState(await openStoreToRead(settings));
  try {
    const found = new Set<string>();
    for (const report of state.reports()) if (OF_ALL.has(report.state)) found.add(report.event_id);
    return [...found];
  } finally {
    state.close();
  }
}

async function replayEvents(
  context: CommandContext,
  eventIds: readonly string[],
  by: string,
  why: string,
): Promise<readonly ReplayedReports[]> {
  const failing = Promise.withResolvers<never>();
  failing.promise.catch(() => undefined);
  const { reporter } = await openConfiguredReporter(context, (error) => failing.reject(error));
  try {
    return await Promise.race([reporter.replay({ eventIds, by, why }), failing.promise]);
  } finally {
    await reporter.close(CLOSE_MS);
  }
}

function render(events: readonly ReplayedReports[]): string {
  if (events.length === 0) return 'no dead letters';
  const rows = events.flatMap(({ eventId, outcome, reports }) =>
    reports.length === 0
      ? [[eventId, '', outcome]]
      : reports.map(({ regime, end }) => [eventId, regime, end === 'duplicate' ? 'was done' : (end ?? 'left to others')]),
  );
  return renderTable(['event', 'regime', 'came to'], rows);
}
