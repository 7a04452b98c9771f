/** Committed parts of live findings, brought into raw._live_findings before their event is told: one load job for the parts of one event. */
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { partitionText, seqText } from '../../core/stream/object-names.ts';
import { LIVE_FINDINGS_TABLE } from '../../core/warehouse/raw-tables.ts';
import { loadUri } from './load-uri.ts';

/** Parts of the manifests from `first` to `last`, both included, of one partition; at most 1,000. */
export interface CommittedFindings {
  readonly source: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly objects: readonly string[];
}

/**
 * Key: source, partition, first and last. A cycle that was killed after it loaded may come again with a later `last`: then findings stand twice, and who reads
 * keeps one of each. WAREHOUSE_LOAD or WAREHOUSE_UNAVAILABLE where they could not be brought in.
 */
export async function loadLiveFindings(
  store: ObjectStore,
  loader: WarehouseLoader,
  { source, partition, first, last, objects }: CommittedFindings,
): Promise<void> {
  await loader.prepare([LIVE_FINDINGS_TABLE]);
  const key = `findings_${source}_${partitionText(partition)}_${seqText(first)}_${seqText(last)}`;
  await loader.loadByKey(LIVE_FINDINGS_TABLE, { key, uris: objects.map((object) => loadUri(store, object)), format: 'parquet' });
}
