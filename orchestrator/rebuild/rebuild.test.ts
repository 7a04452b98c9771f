import { expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { verifyAudit } from '../audit/verify.ts';
import { loadState } from '../state/load-state.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { yamlSpec } from '../test-support/yaml-spec.ts';
import { lineValidator } from '../test-support/line-validator.ts';
import { rebuildInRun, type RebuildResult, type RebuildRunOptions } from './rebuild.ts';
import { requireStaged } from './require-staged.ts';

async function rebuild(store: ObjectStore, changes: Partial<RebuildRunOptions> = {}): Promise<RebuildResult> {
  return await rebuildInRun({
    store,
    clock: { now: () => '2023-03-30T18:00:00.000000Z' },
    ...{ heartbeatSeconds: 10, holder: 'test', engineVersion: 'test', from: '2023-01-01', to: '2023-01-31' },
    newId: () => randomBytes(16).toString('hex'),
    validator: lineValidator,
    scratchFolder: join(tmpdir(), 'markets-rebuild-tests'),
    signal: new AbortController().signal,
    ...changes,
  });
}

async function removeBelow(store: ObjectStore, prefix: string): Promise<void> {
  for await (const { name, generation } of store.list(prefix)) await store.delete(name, { generation });
}

async function contents(store: ObjectStore, ...prefixes: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const prefix of prefixes) for await (const { name } of store.list(prefix)) found[name] = (await store.read(name)).toString('hex');
  return found;
}

const TRADES = `name: trades
description: Records of a desk
owner: desk@example.com
domain: markets
source: {path_pattern: 'trades/t_{business_date:%Y%m%d}.csv'}
schema: [{name: id, type: STRING, description: Number of the record}]
canonical: {entity: none}
`;
const CONTROL = `control_file: {type: properties, pattern: '{filename}.ctl', row_count_field: rows, required: true, wait_minutes: 5}
`;
const SPECS = [
  yamlSpec(TRADES),
  yamlSpec(
    `${TRADES.replace('name: trades', 'name: fills').replace('trades/t_{business_date:%Y%m%d}.csv', 'fills/t_{business_date:%Y%m%d}*.csv')}${CONTROL}`,
  ),
];

/** A resupply, refused rows, a file with a control file, and a duplicate with another control file. */
async function week(): Promise<LaneBench> {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1', 'BAD', '2']);
  await lane.drop('fills/t_20230130.csv', ['id', '7']);
  await lane.drop('fills/t_20230130.ctl', ['1']);
  await lane.run(MONDAY, SPECS);
  await lane.drop('trades/t_20230130.csv', ['id', '1', '3']);
  await lane.drop('fills/t_20230130_again.csv', ['id', '7']);
  await lane.drop('fills/t_20230130_again.ctl', ['1 ']);
  await lane.drop('trades/t_20230202.csv', ['id', '9']);
  await lane.run('2023-02-02T18:00:00.000000Z', SPECS);
  return lane;
}

it('puts back what is gone, byte for byte and under its names, and nothing else', async () => {
  const lane = await week();
  const before = await contents(lane.store, 'staging/trades/business_date=2023-01', 'staging/fills', 'quarantine/');
  const others = await contents(lane.store, 'archive/', 'landing/', 'control/specs');
  await removeBelow(lane.store, 'staging/');
  await removeBelow(lane.store, 'quarantine/trades/');
  expect(await rebuild(lane.store)).toMatchObject({ loads: 3, rebuilt: 3, rewritten: 0, standing: 0, errors: [] });
  const after = await contents(lane.store, 'staging/', 'quarantine/');
  for (const [name, bytes] of Object.entries(after)) expect(bytes, name).toBe(before[name]);
  // Reports tell how long a judgement took: they are kept by the audit, not made again.
  expect(Object.keys(before).filter((name) => !(name in after) && !name.endsWith('report.json'))).toEqual([]);
  expect(await contents(lane.store, 'archive/', 'landing/', 'control/specs')).toEqual(others);
  expect(await rebuild(lane.store)).toMatchObject({ loads: 3, rebuilt: 0, standing: 3 });
  expect((await verifyAudit(lane.store)).problems.every(({ where }) => where.includes('report.json') || where.includes('2023-02-02'))).toBe(
    true,
  );
});

it('refuses a build of everything while staged files are gone, and says what to call', async () => {
  const lane = await week();
  await requireStaged(lane.store, await loadState(lane.store));
  await removeBelow(lane.store, 'staging/trades/');
  await expect(requireStaged(lane.store, await loadState(lane.store))).rejects.toMatchObject({
    code: 'LANE_STAGING_GONE',
    next: expect.stringContaining('markets rebuild --from 2023-01-30 --to 2023-02-02') as string,
  });
  await rebuild(lane.store, { to: '2023-12-31' });
  await requireStaged(lane.store, await loadState(lane.store));
});

it('only the source that is asked for', async () => {
  const lane = await week();
  await removeBelow(lane.store, 'staging/');
  expect(await rebuild(lane.store, { source: 'fills' })).toMatchObject({ loads: 1, rebuilt: 1 });
});

it('leaves a load whose original is gone or changed, says so and goes on with the others', async () => {
  const lane = await week();
  await removeBelow(lane.store, 'staging/');
  const [first = ''] = await lane.names('archive/2023-01-30/fills/');
  await lane.store.write(first, Buffer.from('changed'), { overwrite: true });
  const result = await rebuild(lane.store);
  expect(result).toMatchObject({ loads: 3, rebuilt: 2, errors: [{ code: 'LANE_REBUILD', object: 'fills/t_20230130.csv' }] });
  await removeBelow(lane.store, first);
  expect((await rebuild(lane.store)).errors[0]?.message).toContain('nothing there');
});

it('leaves a load that an engine would judge otherwise now', async () => {
  const lane = await week();
  await removeBelow(lane.store, 'staging/trades/');
  const result = await rebuild(lane.store, {
    validator: {
      validate: async (request) => {
        const judged = await lineValidator.validate(request);
        return { ...judged, report: { ...judged.report, staged: judged.report.staged - 1, not_loaded: judged.report.not_loaded + 1 } };
      },
    },
  });
  expect(result).toMatchObject({ rebuilt: 0, errors: [{ code: 'LANE_REBUILD' }, { code: 'LANE_REBUILD' }] });
  expect(await lane.names('staging/trades/')).toEqual([]);
});
