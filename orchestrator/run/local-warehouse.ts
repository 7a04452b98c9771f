/** dbt and the extract on the embedded warehouse: a DuckDB file below the root. */
import { existsSync } from 'node:fs';
import type { EventData } from '../../core/events/event.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { standingExtract, writeExtract } from '../extract/write-extract.ts';
import type { DbtWorker } from '../transform/dbt-process.ts';
import { loggableMessage } from '../transform/loggable-message.ts';
import { snapshotPath } from '../transform/snapshot.ts';
import { transform } from '../transform/transform.ts';
import { addDays, dateIn, momentOf } from '../time/instant.ts';
import { requireStaged } from '../rebuild/require-staged.ts';
import type { Lane } from './lane.ts';
import type { WarehouseLane } from './warehouse-steps.ts';

export interface LocalWarehouseOptions {
  readonly rootFolder: string;
  readonly worker: DbtWorker;
  readonly openReader: () => Promise<WarehouseReader>;
  /** Wall time and zone at which the extract of a day is due. */
  readonly extract: { readonly at: string; readonly timezone: string };
}

export function createLocalWarehouse(options: LocalWarehouseOptions): WarehouseLane {
  return {
    exists: () => existsSync(snapshotPath(options.rootFolder)),
    async transform(lane) {
      const beforeWholeRead = async (): Promise<void> => await requireStaged(lane.store, lane.state);
      const specs = lane.specs.map(({ spec }) => spec);
      const { finished, failures } = await transform({ rootFolder: options.rootFolder, specs, beforeWholeRead }, options.worker);
      for (const { name, kind, message } of failures) {
        lane.logger.log('error', 'dbt_node_failed', { name, kind, detail: loggableMessage(message) });
      }
      return finished;
    },
    dueExtracts: (lane) => dueExtracts(lane, options.extract),
    extract: async (lane, date) => await extract(lane, date, options),
  };
}

/** Today's once its time has passed, and yesterday's where no run came in time for it; none from before the lane's first day. */
function dueExtracts(lane: Lane, { at, timezone }: LocalWarehouseOptions['extract']): readonly string[] {
  const now = lane.clock.now();
  const today = dateIn(now, timezone);
  const firsts = [...lane.state.specs.values()].map((spec) => dateIn(spec.first_at, timezone)).sort();
  const first = firsts[0];
  if (first === undefined || lane.state.last_dbt === null) return [];
  return [addDays(today, -1), today].filter(
    (date) => date >= first && momentOf(date, at, timezone) <= now && !lane.state.extracts.has(date),
  );
}

async function extract(lane: Lane, date: string, options: LocalWarehouseOptions): Promise<EventData['extract_written']> {
  const reader = await options.openReader();
  try {
    const { store, scratchFolder } = lane;
    const written = await writeExtract({ reader, store, date, asOf: lane.startedAt, scratchFolder });
    return written ?? (await standingExtract(store, date, 'jsonl'));
  } finally {
    reader.close();
  }
}
