/** `markets history`: the good records of streams as files by day, for whoever reads years of them without a warehouse. */
import { newestHistory } from '../../core/stream/history-manifest.ts';
import { checkHistory } from '../../streaming/history/check-history.ts';
import { compactHistory } from '../../streaming/history/compact-history.ts';
import { writeHistory } from '../../streaming/history/write-history.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Command, CommandGroup } from '../framework/command.ts';
import { renderTable } from '../framework/table.ts';
import { withHistories } from '../streaming/open-history.ts';

const SOURCE = { flags: '--source <name>', description: 'this stream only (default: all)', repeatable: true } as const;

const write: Command = {
  name: 'write',
  summary: 'Add the batches that were committed since to the history',
  description:
    'Reads the batches that `markets sink` has committed and writes their records as history/<source>/year=/month=/day=/part-*.parquet: typed, by UTC day of their event time, ' +
    'sorted by instrument and time, zstd. A new state names all files at once; it can be called again at any time and adds what is new. Exit status: 0 done; 2 it failed.',
  arguments: [],
  options: [SOURCE],
  examples: [{ line: 'markets history write', says: 'all streams' }],
  run: async (context) => {
    const sources = await withHistories(context, async (parts) => await writeHistory(parts, context.signal));
    const rows = sources.map((each) => [
      each.source,
      String(each.batches),
      String(each.rows),
      String(each.files),
      String(each.through_batch),
    ]);
    return { exitCode: 0, data: { sources }, render: () => renderTable(['source', 'batches', 'rows', 'files', 'through batch'], rows) };
  },
};

const compact: Command = {
  name: 'compact',
  summary: 'Make one file of all that a day has',
  description:
    'Days with more than one file get one that is sorted as a whole. Readers that go by the state see the old files or the new one; the old ones are removed with the state after. ' +
    'Exit status: 0 done; 2 it failed.',
  arguments: [],
  options: [SOURCE],
  examples: [{ line: 'markets history compact --source exchange_trades', says: 'one stream' }],
  run: async (context) => {
    const sources = await withHistories(context, async (parts) => await compactHistory(parts, context.signal));
    const rows = sources.map((each) => [each.source, String(each.days), String(each.files_before), String(each.files_after)]);
    return { exitCode: 0, data: { sources }, render: () => renderTable(['source', 'days', 'files before', 'files after'], rows) };
  },
};

const check: Command = {
  name: 'check',
  summary: 'Prove that a query of one day reads only the files of that day',
  description:
    'Asks DuckDB for one day of all files and looks at its plan, at the files that the rows came from, and at how many rows there are. ' +
    'Exit status: 0 it is so; 2 it is not.',
  arguments: [],
  options: [SOURCE, { flags: '--date <date>', description: 'UTC day of the event times', required: true }],
  examples: [{ line: 'markets history check --date 2026-01-05', says: 'all streams' }],
  run: async (context) => {
    const date = context.input.date('date');
    if (date === undefined) throw new MarketsError('CLI_USAGE', 'A day is wanted.', { expected: '--date YYYY-MM-DD' });
    const sources = await withHistories(context, async (parts) => await checkHistory(parts, date));
    const rows = sources.map((each) => [
      ...[each.source, `${String(each.files_scanned)} of ${String(each.files)}`, String(each.files_of_day)],
      ...[String(each.rows), String(each.rows_expected), each.is_good ? 'good' : 'WRONG'],
    ]);
    const heads = ['source', 'files read', 'files of the day', 'rows', 'rows expected', ''];
    return { exitCode: sources.every(({ is_good }) => is_good) ? 0 : 2, data: { sources }, render: () => renderTable(heads, rows) };
  },
};

const files: Command = {
  name: 'files',
  summary: 'The files that a history consists of now',
  description: 'What a reader goes by: the names of the newest state, all of them or those of one day. Exit status: 0.',
  arguments: [],
  options: [SOURCE, { flags: '--date <date>', description: 'of this UTC day only' }],
  examples: [{ line: 'markets history files --date 2026-01-05', says: 'what to read for a day' }],
  run: async (context) => {
    const date = context.input.date('date');
    const found = await withHistories(context, async ({ store, spec }) => (await newestHistory(store, spec.name))?.files ?? []);
    const objects = found.flat().filter(({ day }) => date === undefined || day === date);
    return { exitCode: 0, data: { files: objects }, render: () => objects.map(({ object }) => object).join('\n') };
  },
};

export const command: CommandGroup = {
  name: 'history',
  summary: 'The records of streams as sorted Parquet files by day: write, compact, check',
  commands: [write, compact, check, files],
};
