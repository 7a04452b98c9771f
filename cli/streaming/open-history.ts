/** Histories of the command line: the streams below the specs, the store of the root, DuckDB for the files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckdbHistoryFiles } from '../../core/adapters/duckdb/duckdb-history-files.ts';
import type { HistoryParts } from '../../streaming/history/history-parts.ts';
import type { CommandContext } from '../framework/command.ts';
import { openStore } from '../lane/open-store.ts';
import { bridgedStreams } from './bridged-streams.ts';

/** Calls `work` for one source after the other. */
export async function withHistories<T>(context: CommandContext, work: (parts: HistoryParts) => Promise<T>): Promise<readonly T[]> {
  const { settings, input, now } = context;
  const specs = (await bridgedStreams(settings.specs, input.list('source'))).filter(({ source }) => source.type === 'stream');
  const store = await openStore(settings);
  const scratch = await mkdtemp(join(tmpdir(), 'markets-history-'));
  const files = await openDuckdbHistoryFiles(scratch);
  try {
    const results: T[] = [];
    for (const spec of specs) results.push(await work({ store, files, spec, scratch, now }));
    return results;
  } finally {
    await files.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
