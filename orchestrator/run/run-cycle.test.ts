import { expect, test } from 'vitest';
import type { Logger } from '../../core/telemetry/logger.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';

const TRADES = laneSpec();
const FILE = 'trades/t_20230130.csv';

test('a file goes from landing to staging and to the archive', async () => {
  const lane = laneBench();
  await lane.drop(FILE, ['id', '1', '2', '3']);
  const result = await lane.run(MONDAY, [TRADES]);
  expect(result.errors).toEqual([]);
  expect(result.files).toMatchObject([{ object: FILE, outcome: 'accepted', records_in: 3, staged: 3, quarantined: 0 }]);
  const id = result.files[0]?.load_id ?? '';
  expect(await lane.names('landing/')).toEqual([]);
  expect(await lane.names('staging/')).toEqual([
    `staging/trades/business_date=2023-01-30/load_id=${id}/_manifest.json`,
    `staging/trades/business_date=2023-01-30/load_id=${id}/part-00000.parquet`,
  ]);
  expect(await lane.names('archive/')).toEqual([`archive/2023-01-30/trades/${id}/t_20230130.csv`]);
  expect(await lane.names('quarantine/')).toEqual([`quarantine/trades/business_date=2023-01-30/load_id=${id}/report.json`]);
  expect((await lane.events()).map((event) => event.type)).toEqual([
    'run_started',
    'spec_loaded',
    'object_discovered',
    'file_validated',
    'load_published',
    'object_archived',
    'run_finished',
  ]);
});

test('a second run with nothing new records its own frame and nothing else', async () => {
  const lane = laneBench();
  await lane.drop(FILE, ['id', '1', 'BAD']);
  await lane.drop('stray.bin', ['x']);
  await lane.run(MONDAY, [TRADES]);
  const before = await lane.events();
  const objects = (await lane.names('')).filter((name) => !name.startsWith('control/'));
  const second = await lane.run('2023-01-30T19:00:00.000000Z', [TRADES]);
  expect((await lane.events()).slice(before.length).map((event) => event.type)).toEqual(['run_started', 'run_finished']);
  expect((await lane.names('')).filter((name) => !name.startsWith('control/'))).toEqual(objects);
  expect(second).toMatchObject({ status: 'ok', files: [], alerts_opened: [] });
});

test('a run for one source leaves the files of the others where they are; a source that is none is refused', async () => {
  const lane = laneBench();
  const specs = [TRADES, laneSpec({ name: 'fills' })];
  await lane.drop(FILE, ['id', '1']);
  await lane.drop('fills/t_20230130.csv', ['id', '1']);
  const result = await lane.run(MONDAY, specs, { source: 'fills' });
  expect(result.files.map((file) => file.source)).toEqual(['fills']);
  expect(await lane.names('landing/')).toEqual([`landing/${FILE}`]);
  await expect(lane.run(MONDAY, specs, { source: 'nobody' })).rejects.toMatchObject({ code: 'SPEC_NOT_FOUND' });
});

test('what alert policies count is logged: the end of a run, each alert by kind, a run that failed', async () => {
  const lane = laneBench();
  const lines: unknown[] = [];
  const logger: Logger = {
    log: (level, event, fields) => void lines.push([level, event, fields]),
    close: async () => await Promise.resolve(),
  };
  await lane.drop('stray.bin', ['x']);
  const { run_id } = await lane.run(MONDAY, [TRADES], { logger });
  expect(lines).toEqual([
    ['warn', 'alert_opened', expect.objectContaining({ kind: 'unclaimed', alert_severity: 'P3', source: null })],
    ['info', 'run_completed', { run_id, status: 'attention' }],
  ]);
  lines.length = 0;
  const notify = async (): Promise<void> => await Promise.reject(new Error('no way out'));
  await expect(lane.run('2023-01-30T19:00:00.000000Z', [TRADES], { logger, notify })).rejects.toThrow('no way out');
  expect(lines).toContainEqual(['error', 'run_failed', expect.objectContaining({ code: 'INTERNAL' })]);
});
