/** Messages as the bridge publishes them, and what of them is in committed batches. */
import type { NewBusMessage } from '../../../core/ports/message-bus.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { BatchManifest } from '../../../core/stream/batch-manifest.ts';
import { sha256Of } from '../../../core/stream/sha256-of.ts';
import { listBatches } from '../../../core/stream/list-batches.ts';

export function placed(partition: number, offset: number, more: Readonly<Record<string, string>> = {}): NewBusMessage {
  const attributes = { source: 'trades', kafka_topic: 'trades', kafka_partition: String(partition), kafka_offset: String(offset), ...more };
  return { data: Buffer.from(`{"n":"${partition}-${offset}"}`), attributes, orderingKey: null };
}

export interface CommittedRow {
  readonly kind: string;
  readonly subscription_name: string;
  readonly message_id: string;
  readonly publish_time: string;
  /** base64 */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export async function manifestsOf(store: ObjectStore, source = 'trades'): Promise<readonly BatchManifest[]> {
  const manifests: BatchManifest[] = [];
  for await (const { manifest } of listBatches(store, source, { after: 0, limit: 100_000 })) manifests.push(manifest);
  return manifests;
}

/** Rows of the parts that manifests name, whose digests hold; of parts in lines of JSON. */
export async function committedRows(store: ObjectStore, source = 'trades'): Promise<readonly CommittedRow[]> {
  const rows: CommittedRow[] = [];
  for (const { parts } of await manifestsOf(store, source)) {
    for (const { object, kind, sha256 } of parts) {
      const bytes = await store.read(object);
      if (sha256Of(bytes) !== sha256) throw new Error(`${object} is not what its manifest says`);
      const lines = bytes.toString('utf8').trimEnd().split('\n');
      rows.push(...lines.map((line) => ({ ...(JSON.parse(line) as CommittedRow), kind })));
    }
  }
  return rows;
}
