import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { publishedSchemas } from '../../core/events/event-schema.ts';
import { publishedOutputs } from '../published-outputs.ts';
import { laneStatus } from '../status/lane-status.ts';
import { verifyAudit } from '../audit/verify.ts';
import { quarantineList } from '../quarantine/quarantine-list.ts';
import { webhookNotifier } from '../notify/webhook.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { rebuildInRun } from '../rebuild/rebuild.ts';
import { lineValidator } from '../test-support/line-validator.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import type { WarehouseLane } from './warehouse-steps.ts';

const validator = new Ajv2020({ strict: false });
const isEvent = validator.compile(publishedSchemas()['event.schema.json'] ?? {});
const isManifest = validator.compile(publishedSchemas()['staging-manifest.schema.json'] ?? {});

/** A warehouse that fails on its first build. */
function warehouse(isThere = (): boolean => true): WarehouseLane {
  let builds = 0;
  const digest = 'a'.repeat(64);
  return {
    exists: async () => await Promise.resolve(isThere()),
    transform: async () => {
      builds += 1;
      const status = builds === 1 ? 'failed' : 'ok';
      const models = [{ name: 'stg_trades', kind: 'model', status, duration_ms: 1, rows_affected: null }];
      return await Promise.resolve({
        status,
        command: 'build',
        full_refresh: false,
        models,
        tests_passed: 1,
        tests_failed: 0,
        duration_ms: 1,
      });
    },
    dueExtracts: ({ state }) => (state.extracts.size === 0 ? ['2023-01-30'] : []),
    extract: async (lane, date) => {
      const names = { object: 'extracts/x.jsonl.gz', manifest: 'extracts/x.manifest.json', control: 'extracts/x.ctl' };
      return await Promise.resolve({
        date,
        as_of: lane.startedAt,
        ...names,
        rows: 1,
        bytes: 1,
        sha256: digest,
        uncompressed_sha256: digest,
        revision: 1,
      });
    },
  };
}

test('every event and manifest of the lane is as its published schema says, and a failed build is an alert until it heals', async () => {
  const lane = laneBench();
  const due = { frequency: 'daily', expected_by: { time: '07:00', timezone: 'UTC' }, typical_row_count: { min: 100, max: null } } as const;
  const specs = [laneSpec({ expectations: due }), laneSpec({ name: 'fills', control: { pattern: '{filename}.ctl', wait_minutes: 5 } })];
  await lane.drop('trades/t_20230130.csv', ['id', '1', 'BAD']);
  await lane.drop('trades/t_20230130_again.csv', ['id', '1', 'BAD']);
  await lane.drop('fills/t_20230130.csv', ['id', '1']);
  await lane.drop('stray', ['?']);
  const changes = { warehouse: warehouse(), notify: webhookNotifier('http://127.0.0.1:9/never') };
  const first = await lane.run('2023-01-30T06:00:00.000000Z', specs, changes);
  expect(first).toMatchObject({ status: 'failed', transform: 'failed', extracts: [] });
  expect(first.alerts_opened).toContainEqual(expect.objectContaining({ kind: 'dbt_failed', severity: 'P1' }));
  const second = await lane.run(MONDAY, specs, changes);
  expect(second).toMatchObject({ transform: 'ok', extracts: ['extracts/x.jsonl.gz'] });
  await lane.drop('trades/t_20230130.csv', ['id', '1', '2']);
  await lane.run('2023-01-31T09:00:00.000000Z', specs, changes);
  const events = await lane.events();
  for (const event of events) expect(isEvent(event), `${event.type}: ${JSON.stringify(isEvent.errors?.slice(0, 2))}`).toBe(true);
  expect(new Set(events.map((event) => event.type)).size).toBe(16);
  for (const name of (await lane.names('staging/')).filter((one) => one.endsWith('_manifest.json'))) {
    expect(isManifest(JSON.parse((await lane.store.read(name)).toString())), JSON.stringify(isManifest.errors)).toBe(true);
  }
});

test('what the commands print as JSON is as its published schema says', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1', 'BAD']);
  await lane.drop('stray', ['?']);
  const specs = [laneSpec({ expectations: { expected_by: { time: '07:00', timezone: 'UTC' } } })];
  const outputs: Readonly<Record<string, unknown>> = {
    'run-data.schema.json': await lane.run(MONDAY, specs),
    'status-data.schema.json': await laneStatus({ store: lane.store, specs: specs.map(({ spec }) => spec), wallClock: MONDAY }),
    'audit-verify-data.schema.json': await verifyAudit(lane.store),
    'rebuild-data.schema.json': await rebuildInRun({
      ...{ store: lane.store, clock: { now: () => MONDAY }, heartbeatSeconds: 10, holder: 'test', engineVersion: 'test' },
      ...{ newId: () => 'a'.repeat(32), validator: lineValidator, scratchFolder: join(tmpdir(), 'markets-rebuild-tests') },
      ...{ signal: new AbortController().signal, from: '2023-01-30', to: '2023-01-30' },
    }),
    'quarantine-list-data.schema.json': { loads: await quarantineList(lane.store) },
  };
  expect(Object.keys(publishedOutputs()).sort()).toEqual(Object.keys(outputs).sort());
  for (const [name, schema] of Object.entries(publishedOutputs())) {
    const check = validator.compile(schema);
    expect(check(outputs[name]), `${name}: ${JSON.stringify(check.errors)}`).toBe(true);
  }
});

test('a warehouse that was built and removed is built again by the next cycle, whatever came', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  let isThere = true;
  const changes = { warehouse: warehouse(() => isThere) };
  const transforms: string[] = [];
  for (const hour of [6, 7, 8]) {
    transforms.push((await lane.run(`2023-01-30T0${hour}:00:00.000000Z`, [laneSpec()], changes)).transform);
  }
  expect(transforms).toEqual(['failed', 'ok', 'not_due']);
  isThere = false;
  expect((await lane.run('2023-01-30T09:00:00.000000Z', [laneSpec()], changes)).transform).toBe('ok');
});
