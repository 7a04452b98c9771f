/** Published loads that dbt has not read, brought into raw.<source>: one load job a load. Key: load_id. */
import type { LoadRequest, WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import { rawTable } from '../../core/warehouse/raw-tables.ts';
import type { Lane } from '../run/lane.ts';
import type { LoadState } from '../state/lane-state.ts';
import { earliestDate } from './earliest-date.ts';
import { loadUri } from './load-uri.ts';

/** Gives how many loads were brought in now. */
export async function loadPublished(lane: Lane, loader: WarehouseLoader, read: ReadonlySet<string>): Promise<number> {
  const unread = [...lane.state.loads.values()].filter(
    // The rows of a stream are brought by its sink or its subscription, before the event.
    (load) => load.published && !load.is_stream && load.parts.length > 0 && !read.has(load.load_id),
  );
  let loaded = 0;
  for (const { spec } of lane.specs) {
    const loads = unread.filter(({ source }) => source === spec.name);
    if (!spec.enabled || loads.length === 0) continue;
    const since = await earliestDate(
      lane.store,
      loads.map(({ validated_at }) => validated_at),
    );
    const target = { table: rawTable(spec), identity: '_load_id', since, mayRepeat: false };
    const outcomes = await loader.load(
      target,
      loads.map((load) => requestOf(lane, load)),
    );
    loaded += outcomes.filter(({ outcome }) => outcome === 'loaded').length;
  }
  return loaded;
}

function requestOf({ store }: Lane, { load_id, parts, staged }: LoadState): LoadRequest {
  return {
    key: `load_${load_id}`,
    uris: parts.map((part) => loadUri(store, part)),
    format: 'parquet',
    parts: [{ value: load_id, rows: staged }],
  };
}
