/**
 * What is published, brought into the warehouse that cannot read the store itself. The events come last: so no event in the warehouse names a
 * load whose rows are not there, and a run that breaks off in between is finished by the next one. Safe to repeat.
 */
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { LANE_TABLES, rawTable } from '../../core/warehouse/raw-tables.ts';
import type { Lane } from '../run/lane.ts';
import { isStream } from '../streams/stream-sources.ts';
import { loadEvents } from './load-events.ts';
import { loadPublished } from './load-published.ts';
import { loadQuarantine } from './load-quarantine.ts';
import { readInputs } from './read-inputs.ts';

export interface WarehouseLoads {
  readonly tables_changed: number;
  readonly loads: number;
  readonly quarantine_objects: number;
  readonly event_objects: number;
}

/** WAREHOUSE_LOAD or WAREHOUSE_UNAVAILABLE where something could not be brought in: then dbt must not run. */
export async function loadWarehouse(lane: Lane, loader: WarehouseLoader, reader: WarehouseReader): Promise<WarehouseLoads> {
  const specs = lane.specs.map(({ spec }) => spec).filter(({ enabled }) => enabled);
  // The tables of streams are Terraform's, or their sink's.
  const files = specs.filter((spec) => !isStream(spec));
  const changed = await loader.prepare([...files.map((spec) => rawTable(spec)), ...LANE_TABLES]);
  const read = await readInputs(
    loader,
    reader,
    specs.map(({ name }) => name),
  );
  const loads = await loadPublished(lane, loader, read.loads);
  const quarantine = await loadQuarantine(lane, loader, read.quarantine);
  const events = await loadEvents(lane, loader, read.segments);
  return { tables_changed: changed.length, loads, quarantine_objects: quarantine, event_objects: events };
}

/**
 * What a build that reads every load needs and the raw tables may have lost, since they are kept for some days only: every published load and
 * refused record, also those that dbt has read. What is there is not loaded again. Events never leave their table.
 */
export async function loadEverything(lane: Lane, loader: WarehouseLoader): Promise<void> {
  await loadPublished(lane, loader, new Set());
  await loadQuarantine(lane, loader, new Set());
}
