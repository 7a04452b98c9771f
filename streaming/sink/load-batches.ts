/**
 * Committed batches into BigQuery's tables, by one load job a part under an id that follows from the batch: a job is used once, so any number of sinks
 * may load the same batch at once and after any crash. An object behind each batch says that it is done, so that no history is asked about.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import { lastOfChain } from '../../core/stream/chain-end.ts';
import type { BatchManifest, BatchPart } from '../../core/stream/batch-manifest.ts';
import { listBatches } from '../../core/stream/list-batches.ts';
import { batchLoadName, seqText } from '../../core/stream/object-names.ts';
import { createIfAbsent, jsonBytes } from '../../core/stream/stored-json.ts';
import { streamTable } from '../../core/warehouse/stream-tables.ts';
import type { BatchLoader } from './sink-options.ts';

type Loads = Pick<WarehouseLoader, 'loadByKey' | 'prepare' | 'createLayers'>;

/** `createTables`: makes dataset and tables where they are missing; else Terraform does. */
export function createBatchLoader(store: ObjectStore, warehouse: Loads, createTables: boolean): BatchLoader {
  const loaded = new Map<string, number>();
  return {
    async loadUpTo(source, seq) {
      const before = loaded.get(source) ?? (await begin(store, warehouse, source, createTables));
      for await (const { manifest } of listBatches(store, source, { after: before, limit: Math.max(0, seq - before) })) {
        for (const part of manifest.parts) await loadPart(store, warehouse, manifest, part);
        await markLoaded(store, manifest);
        loaded.set(source, manifest.seq);
      }
    },
  };
}

async function begin(store: ObjectStore, warehouse: Loads, source: string, createTables: boolean): Promise<number> {
  if (createTables) {
    await warehouse.createLayers(['raw']);
    await warehouse.prepare([streamTable(source, 'messages'), streamTable(source, 'dead_letters')]);
  }
  return await lastOfChain(0, async (seq) => (await store.stat(batchLoadName(source, seq))) !== undefined);
}

async function loadPart(store: ObjectStore, warehouse: Loads, { source, seq }: BatchManifest, { object, kind }: BatchPart): Promise<void> {
  const uri = store.uri(object);
  if (uri === undefined || !object.endsWith('.jsonl')) {
    throw new MarketsError('CONFIG_INVALID', 'BigQuery cannot load a part of a stream.', {
      expected: 'a root in buckets, gs://NAME, and parts in lines of JSON from the first batch on',
      found: object,
      next: 'streaming.sink.into may only be changed for a root without batches.',
    });
  }
  const load = { key: `stream_${source}_${seqText(seq)}_${kind}`, uris: [uri], format: 'jsonl' as const };
  await warehouse.loadByKey(streamTable(source, kind), load);
}

/** Key: source and number. */
async function markLoaded(store: ObjectStore, { source, seq, parts }: BatchManifest): Promise<void> {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  await createIfAbsent(store, batchLoadName(source, seq), jsonBytes({ seq, source, rows }));
}
