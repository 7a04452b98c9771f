/** What builds of the warehouse read, as their jobs reported it: from the events of the last days. */
import { readSegmentName } from '../../core/events/event-names.ts';
import { eventObjects, readSegment } from '../../core/events/read-segments.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

export interface MeasuredScans {
  /** Builds that reported bytes. */
  readonly runs: number;
  readonly bytes_processed: number;
  readonly bytes_billed: number;
  /** The models that cost most, dearest first. */
  readonly models: readonly { readonly name: string; readonly bytes_billed: number }[];
}

const MODELS_MAX = 10;

/** null where no build reported bytes: an embedded warehouse has none. `since` is a date of the store's clock. */
export async function measuredScans(store: ObjectStore, since: string): Promise<MeasuredScans | null> {
  const models = new Map<string, number>();
  let [runs, processed, billed] = [0, 0, 0];
  for (const name of [...(await eventObjects(store)).values()].flat()) {
    if ((readSegmentName(name)?.date ?? '') < since) continue;
    for await (const event of readSegment(store, name)) {
      if (event.type !== 'dbt_finished') continue;
      const reported = event.data.models.filter(({ bytes_processed }) => typeof bytes_processed === 'number');
      if (reported.length === 0) continue;
      runs += 1;
      for (const model of reported) {
        processed += model.bytes_processed ?? 0;
        billed += model.bytes_billed ?? 0;
        models.set(model.name, (models.get(model.name) ?? 0) + (model.bytes_billed ?? 0));
      }
    }
  }
  if (runs === 0) return null;
  const dearest = [...models]
    .map(([name, bytes_billed]) => ({ name, bytes_billed }))
    .sort((left, right) => right.bytes_billed - left.bytes_billed);
  return { runs, bytes_processed: processed, bytes_billed: billed, models: dearest.slice(0, MODELS_MAX) };
}
