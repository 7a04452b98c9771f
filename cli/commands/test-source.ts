/** `markets test-source NAME`: made-up rows of one source through the whole lane, in a sandbox. */
import { resolve } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { nearestWord } from '../../core/types/nearest-word.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { Command } from '../framework/command.ts';
import { renderTestSource } from '../test-source/render.ts';
import { runSource } from '../test-source/run-source.ts';

const GOOD_ROWS = 20;
const SEED = 1;

export const command: Command = {
  name: 'test-source',
  summary: 'Send made-up good and bad rows of one source through the whole lane in a sandbox',
  description:
    'Makes a sample file from the types, limits and rules of the spec: good rows, and for every column and rule rows that break it; of a ' +
    'stream a file of messages, one a line, which go neither through Kafka nor Pub/Sub. Runs one ' +
    'cycle in a folder that is thrown away, and shows what was refused and the rows at the end of the lane. Exit status 0: every good row ' +
    'arrived and every bad one was refused for what it was made to break; 1: not all; 2: the file failed, or the warehouse could not be built.',
  arguments: [{ name: 'name', description: 'the source', required: true }],
  options: [
    { flags: '--rows <count>', description: 'good rows', default: String(GOOD_ROWS) },
    { flags: '--seed <number>', description: 'another seed gives other rows', default: String(SEED) },
    { flags: '--keep <folder>', description: 'run in this folder and keep it' },
    { flags: '--now <moment>', description: 'clock of the run, e.g. 2023-01-30T18:00:00Z (default: now)' },
  ],
  examples: [
    { line: 'markets test-source murex_trades', says: 'see the source run, without touching any data' },
    { line: 'markets test-source exchange_trades', says: 'see messages of a stream judged and mapped' },
    { line: 'markets test-source murex_trades --seed 7 --rows 100 --keep /tmp/try', says: 'other and more rows, and keep the folder' },
  ],
  run: async ({ input, settings, environment, signal, now }) => {
    const specs = await requireSpecs(settings.specs);
    const name = input.text('name');
    const spec = specs.find((each) => each.name === name);
    if (spec === undefined)
      throw notFound(
        name,
        specs.map((each) => each.name),
      );
    const keep = input.optional('keep');
    const outcome = await runSource({
      spec,
      specsFolder: settings.specs,
      environment,
      seed: input.integer('seed') ?? SEED,
      goodRows: input.integer('rows', 1) ?? GOOD_ROWS,
      now: input.instant('now') ?? now(),
      signal,
      rootFolder: keep === undefined ? undefined : resolve(environment.workingFolder, keep),
    });
    const failed = outcome.status === 'failed' || outcome.transform !== 'ok';
    const asIntended = outcome.refused_although_good.length === 0 && outcome.bad_rows.every((row) => row.as_intended);
    return {
      exitCode: failed ? 2 : asIntended ? 0 : 1,
      data: outcome,
      errors: outcome.errors,
      render: () => renderTestSource(outcome),
    };
  },
};

function notFound(name: string, known: readonly string[]): MarketsError {
  const nearest = nearestWord(name, known);
  return new MarketsError('SPEC_NOT_FOUND', `No source spec is called ${name}.`, {
    expected: known.join(', '),
    found: name,
    next: nearest === undefined ? 'See `markets validate-specs`.' : `Did you mean ${nearest}?`,
  });
}
