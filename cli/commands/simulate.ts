/** `markets simulate`: made-up streams of a made-up exchange and a made-up regulator, with as many faults as wanted and the truth of each. */
import type { StreamKind } from '../../streaming/simulate/index.ts';
import type { Command, CommandGroup, Example } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { SIMULATE_REGULATOR } from '../reporter/simulate-regulator.ts';
import { SIMULATE_OPTIONS } from '../streaming/simulate-options.ts';
import { simulate, type SimulateOutcome } from '../streaming/simulate.ts';

const ABOUT =
  'Several instruments, each with volatility that comes in clusters, a busy open and close and days of which none is like another. The same seed, --start ' +
  'and options give the same bytes, and quotes stand around the trades of the same seed. Ends after --count or --duration, or at a signal. ' +
  'Exit status: 0 done; 2 the log or the file could not be written.';

export const command: CommandGroup = {
  name: 'simulate',
  summary: 'Made-up trades, quotes, orders, a level 3 firehose or a regulator, seeded, with faults on request',
  commands: [
    simulationOf('trades', 'Public trades', [
      { line: 'markets simulate trades --rate 1000', says: 'a thousand a second into exchange.trades, until a signal' },
      { line: 'markets simulate trades --count 100000 --start 2026-01-05T08:00:00Z --out trades.jsonl', says: 'the same file every time' },
      {
        line: 'markets simulate trades --count 100000 --out bad.jsonl --corrupt 5% --drop 0.1% --truth truth.jsonl',
        says: 'with faults, and what they are',
      },
    ]),
    simulationOf('quotes', 'Best bid and ask, before and after each trade', [
      { line: 'markets simulate quotes --duration 10s --rate 5000 --out quotes.jsonl', says: 'five thousand a second by the real clock' },
    ]),
    simulationOf('orders', 'Orders with their lives: new, amended, partially filled, filled or cancelled', [
      { line: 'markets simulate orders --count 3000 --seed 7 --start 2026-01-05 --out orders.jsonl', says: 'three thousand events' },
    ]),
    simulationOf('firehose', 'A level 3 feed: 98 % of its messages are no trades', [
      { line: 'markets simulate firehose --duration 30s --out firehose.jsonl', says: 'as fast as possible' },
    ]),
    SIMULATE_REGULATOR,
  ],
};

function simulationOf(stream: StreamKind, what: string, examples: readonly Example[]): Command {
  return {
    name: stream,
    summary: what,
    description: `${what}. ${ABOUT}`,
    arguments: [],
    options: SIMULATE_OPTIONS,
    examples,
    run: async (context) => {
      const outcome = await simulate(stream, context);
      return { exitCode: 0, data: outcome, render: () => render(outcome) };
    },
  };
}

function render(outcome: SimulateOutcome): string {
  const faults = Object.entries(outcome.faults).map(([kind, count]) => [kind, String(count)]);
  return [
    `${String(outcome.messages)} messages of ${outcome.stream} (${String(outcome.bytes)} bytes, seed ${String(outcome.seed)}) to ${outcome.to}: ${String(outcome.per_second)}/s`,
    `${String(outcome.accepted)} to be accepted, ${String(outcome.refused)} to be refused, ${String(outcome.dropped_sequences)} sequences left out`,
    ...(faults.length === 0 ? [] : [renderTable(['fault', 'messages'], faults)]),
    ...(outcome.truth === null ? [] : [`The truth of each is in ${outcome.truth}`]),
  ].join('\n');
}
