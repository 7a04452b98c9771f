import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, expect, test } from 'vitest';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { ToldLedger } from '../test-support/told-ledger.ts';
import { owedCollector } from './collect-owed.ts';
import type { OwedJudge } from './owed-judge.ts';

let folder = '';
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const JUDGE: OwedJudge = {
  sources: ['ticks', 'not_loaded'],
  judge: async ({ source, values }) => {
    const [trade_id, version] = [String(values.get('trade_id')), String(values.get('version'))];
    const row = { event_id: `${trade_id}/${version}`, trade_id, trade_version: version, status: 'NEW', trade_time: MONDAY, due_at: MONDAY };
    return await Promise.resolve([{ ...row, regime: source, is_eligible: true, reason: null }]);
  },
};

test('versions of trades that nobody judged are judged once, of the sources that a regime looks at', async () => {
  folder = await mkdtemp(join(tmpdir(), 'owed-'));
  const path = join(folder, 'warehouse.duckdb');
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const columns = 'trade_id varchar, version bigint, status varchar, source_name varchar, trade_time timestamptz';
  await connection.run(`create schema curation; create schema control;
    create table curation.executions (${columns}); create table curation.trade_versions (${columns});
    create table control.owed_reports (trade_id varchar, trade_version bigint, trade_status varchar);
    insert into curation.executions values ('known', 1, 'NEW', 'ticks', now()), ('known', 2, null, 'ticks', now()), ('foreign', 1, 'NEW', 'other', now());
    insert into curation.trade_versions values ('new', 1, 'CANCELLED', 'ticks', now());
    insert into control.owed_reports values ('known', 1, 'NEW'), ('new', 1, 'NEW');`);
  connection.closeSync();
  instance.closeSync();
  const collectOwed = owedCollector(
    async () => await openDuckdbWarehouse({ path }),
    async () => await Promise.resolve(JUDGE),
  );
  const bench = laneBench();
  const ledger = await new ToldLedger(bench.store).begin();
  await ledger.received(MONDAY, { event: 'a' });
  await bench.run(MONDAY, [{ spec: tickSpec(), text: Buffer.from('ticks') }], {
    warehouse: {
      exists: async () => await Promise.resolve(true),
      transform: async () =>
        await Promise.resolve({
          status: 'ok',
          command: '',
          full_refresh: false,
          models: [],
          tests_passed: 0,
          tests_failed: 0,
          duration_ms: 0,
        }),
      collectOwed,
      dueExtracts: () => [],
      extract: async () => await Promise.reject(new Error('nothing is due')),
    },
  });
  const told = await bench.eventsOf('reports_owed');
  expect(told.map(({ source, data }) => [source, data.rows.map(({ event_id }) => event_id)])).toEqual([['ticks', ['known/2', 'new/1']]]);
});
