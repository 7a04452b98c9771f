/** Committed parts of live findings, brought into raw._live_findings before their events are told: one load job for the parts of one event. */
import type { StreamEventData } from '../../core/events/stream-event.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { partitionText, seqText } from '../../core/stream/object-names.ts';
import { LIVE_FINDINGS_TABLE } from '../../core/warehouse/raw-tables.ts';
import { loadUri } from './load-uri.ts';

/** Of one partition; at most 1,000 parts. */
export type CommittedFindings = StreamEventData['stream_findings'];

/**
 * Key: source, partition and the numbers of the manifests. A cycle that was killed after it loaded may come again with a later last one: then findings stand
 * twice, and who reads keeps one of each. WAREHOUSE_LOAD or WAREHOUSE_UNAVAILABLE where they could not be brought in.
 */
export async function loadLiveFindings(
  store: ObjectStore,
  loader: WarehouseLoader,
  source: string,
  committed: readonly CommittedFindings[],
): Promise<void> {
  await loader.prepare([LIVE_FINDINGS_TABLE]);
  for (const { partition, first_seq: first, last_seq: last, parts } of committed) {
    const key = `findings_${source}_${partitionText(partition)}_${seqText(first)}_${seqText(last)}`;
    await loader.loadByKey(LIVE_FINDINGS_TABLE, { key, uris: parts.map(({ object }) => loadUri(store, object)), format: 'parquet' });
  }
}
