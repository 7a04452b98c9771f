/** What dbt has read already: it remembers each input with the model that read it, and every segment of events. */
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';

export interface ReadInputs {
  /** Ids of loads whose rows staging holds. */
  readonly loads: ReadonlySet<string>;
  /** <load_id>:<attempt> of refused records. */
  readonly quarantine: ReadonlySet<string>;
  /** Names of event objects. */
  readonly segments: ReadonlySet<string>;
}

const QUARANTINE_MODEL = 'quarantined_rows';

/** All empty where dbt has not run yet. */
export async function readInputs(loader: WarehouseLoader, reader: WarehouseReader, sources: readonly string[]): Promise<ReadInputs> {
  const loads = new Set<string>();
  const quarantine = new Set<string>();
  const segments = new Set<string>();
  const { dialect } = reader;
  if (await loader.exists('control', 'model_inputs')) {
    const models = [QUARANTINE_MODEL, ...sources.map((source) => `stg_${source}`)];
    const sql = `select model, input from ${dialect.table('control', 'model_inputs')} where model in (${models.map(() => '?').join(', ')})`;
    for await (const batch of (await reader.query(sql, models)).batches) {
      for (const [model, input] of batch) (model === QUARANTINE_MODEL ? quarantine : loads).add(String(input));
    }
  }
  if (await loader.exists('control', 'event_segments')) {
    const sql = `select segment from ${dialect.table('control', 'event_segments')}`;
    for await (const batch of (await reader.query(sql)).batches) {
      for (const [segment] of batch) segments.add(String(segment));
    }
  }
  return { loads, quarantine, segments };
}
