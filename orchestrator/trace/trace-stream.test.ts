import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { CommittedStream } from '../test-support/committed-stream.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { trace } from './trace.ts';

test('the trace of a trade that came by a stream ends at topic, partition and offset', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trace-stream-'));
  const lane = laneBench();
  const spec = { ...tickSpec(), spec_version: createHash('sha256').update('ticks').digest('hex') };
  const at = '2023-01-30T17:00:00.000000Z';
  await new CommittedStream(lane.store, spec).batch(at, [{ partition: 3, offset: 4711, record: { trade_id: 'T1' } }]);
  await lane.run(MONDAY, [{ spec, text: Buffer.from('ticks') }]);
  const loadId = (await lane.eventsOf('load_published'))[0]?.load_id ?? '';
  const path = join(folder, 'snapshot.duckdb');
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const row = `'t1' as trade_id, 'T1' as source_trade_id, 1::bigint as version, '${loadId}' as _load_id, 'venue.ticks/3' as _file, 4711::bigint as _record`;
  for (const table of ['trades_enriched', 'trade_versions']) {
    await connection.run(`create schema if not exists curation; create table curation.${table} as select ${row}`);
  }
  connection.closeSync();
  instance.closeSync();
  const reader = await openDuckdbWarehouse({ path });
  const { records } = await trace({ store: lane.store, specs: [spec], reader, query: 'T1', unmasked: false });
  reader.close();
  await rm(folder, { recursive: true });
  expect(records).toMatchObject([
    {
      outcome: 'staged',
      load: { file: 'stream/ticks/1-1' },
      message: { kafka_topic: 'venue.ticks', kafka_partition: 3, kafka_offset: 4711 },
    },
  ]);
});
