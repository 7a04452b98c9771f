/** The way of one record, in both directions. */
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { loadSpecs } from '../../core/spec/load-specs.ts';
import { trace } from '../../orchestrator/trace/trace.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import type { Command } from '../framework/command.ts';
import { openStoreToRead } from '../lane/open-store.ts';
import { workFolder } from '../lane/work-folder.ts';
import { renderTrace } from '../lane/render-trace.ts';

export const command: Command = {
  name: 'trace',
  summary: 'The way of one record in both directions, to the byte and to the extract',
  description:
    'A trade_id (or the id that its source gave it) is followed from the extract over the warehouse row and the staged part to the archived file and its ' +
    'bytes, each version of it; a file, or a file and a line, the other way round. Values of columns that are classified are hidden, and so are the ' +
    'raw bytes of their sources; --unmasked shows them to whoever may read the archive anyway.',
  arguments: [{ name: 'what', description: 'a trade_id, a source’s own id of a trade, or FILE[:LINE] below landing/', required: true }],
  options: [{ flags: '--unmasked', description: 'show classified values too' }],
  examples: [
    { line: 'markets trace MX-100003', says: 'a trade by the id that its source gave it' },
    { line: 'markets trace murex/trades_20230130.xml:120', says: 'what became of the record at line 120' },
  ],
  run: async ({ input, settings, colour }) => {
    const store = await openStoreToRead(settings);
    const { specs } = await loadSpecs(settings.specs);
    const reader = await openIfThere(snapshotPath(workFolder(settings.root)));
    try {
      const result = await trace({ store, specs, reader, query: input.text('what'), unmasked: input.flag('unmasked') });
      return { exitCode: 0, data: result, render: () => renderTrace(result, colour) };
    } finally {
      reader?.close();
    }
  },
};

async function openIfThere(path: string): Promise<WarehouseReader | null> {
  try {
    return await openDuckdbWarehouse({ path });
  } catch (error) {
    if (isMarketsError(error, 'WAREHOUSE_MISSING')) return null;
    throw error;
  }
}
