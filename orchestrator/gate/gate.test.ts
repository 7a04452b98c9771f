import { expect, test } from 'vitest';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';

const AT = (time: string): string => `2023-01-30T${time}:00.000000Z`;
const CONTROL = { pattern: '{filename}_ctrl.xml', wait_minutes: 60 };
const XML_PATH = '^murex/[^/]*\\.xml(?:\\.gz|\\.zst)?$';

test('a file waits for its control file, from first sight on, and goes on when it comes', async () => {
  const lane = laneBench();
  const specs = [laneSpec({ control: CONTROL })];
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  const first = await lane.run(AT('10:00'), specs);
  expect(first).toMatchObject({ waiting: 1, files: [], status: 'ok' });
  expect((await lane.eventsOf('control_awaited')).map(({ data }) => data.until)).toEqual([AT('11:00')]);
  await lane.run(AT('10:30'), specs);
  expect(await lane.eventsOf('control_awaited')).toHaveLength(1);
  await lane.drop('trades/t_20230130_ctrl.xml', ['1']);
  const third = await lane.run(AT('10:45'), specs);
  expect(third.files).toMatchObject([{ outcome: 'accepted' }]);
  expect(await lane.names('landing/')).toEqual([]);
  expect((await lane.names('archive/')).map((name) => name.split('/').at(-1))).toEqual(['t_20230130.csv', 't_20230130_ctrl.xml']);
});

test('a control file that comes too late brings the failed file back, and the load is the same', async () => {
  const lane = laneBench();
  const specs = [laneSpec({ control: CONTROL })];
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.run(AT('10:00'), specs);
  const failed = await lane.run(AT('11:00'), specs);
  expect(failed.files).toMatchObject([{ outcome: 'failed', codes: ['CONTROL_MISSING'] }]);
  expect(failed.alerts_opened).toMatchObject([{ kind: 'failed', severity: 'P2', object: 'trades/t_20230130.csv' }]);
  expect(await lane.names('landing/')).toEqual([]);
  await lane.drop('trades/t_20230130_ctrl.xml', ['1']);
  const healed = await lane.run(AT('12:00'), specs);
  expect(healed.files).toMatchObject([{ outcome: 'accepted', load_id: failed.files[0]?.load_id }]);
  expect(healed.alerts_closed).toEqual(failed.alerts_opened.map((alert) => alert.alert_id));
  expect((await lane.eventsOf('file_validated')).map(({ data }) => data.attempt)).toEqual([1, 2]);
  expect(await lane.names('landing/')).toEqual([]);
});

test('a control file that does not fit fails the file once and for all', async () => {
  const lane = laneBench();
  const specs = [laneSpec({ control: CONTROL })];
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.drop('trades/t_20230130_ctrl.xml', ['2']);
  expect((await lane.run(AT('10:00'), specs)).files).toMatchObject([{ outcome: 'failed', codes: ['CONTROL_COUNT'] }]);
  expect(await lane.names('landing/')).toEqual([]);
  expect((await lane.run(AT('11:00'), specs)).files).toEqual([]);
});

test("a control file's name that the data pattern matches too is never taken as data", async () => {
  const lane = laneBench();
  const specs = [laneSpec({ name: 'murex', path: XML_PATH, control: CONTROL })];
  await lane.drop('murex/a_ctrl.xml', ['1']);
  const early = await lane.run(AT('09:00'), specs);
  expect(early).toMatchObject({ files: [], unclaimed: [], waiting: 0 });
  await lane.drop('murex/a.xml', ['root', '1']);
  const result = await lane.run(AT('10:00'), specs);
  expect(result.files).toMatchObject([{ object: 'murex/a.xml', outcome: 'accepted' }]);
  expect(await lane.names('landing/')).toEqual([]);
});

test('an object that no source claims is reported once and left alone, and its alert closes when it is gone', async () => {
  const lane = laneBench();
  await lane.drop('stray/file.csv', ['x']);
  await lane.drop('trades/t_20231399.csv', ['x']);
  const first = await lane.run(MONDAY, [laneSpec()]);
  expect(first.unclaimed).toEqual(['stray/file.csv', 'trades/t_20231399.csv']);
  expect(first.alerts_opened.map((alert) => [alert.kind, alert.severity])).toEqual([
    ['unclaimed', 'P3'],
    ['unclaimed', 'P3'],
  ]);
  expect((await lane.run(MONDAY, [laneSpec()])).alerts_opened).toEqual([]);
  expect(await lane.eventsOf('object_unclaimed')).toHaveLength(2);
  const stray = await lane.store.stat('landing/stray/file.csv');
  await lane.store.delete('landing/stray/file.csv', { generation: stray?.generation ?? '' });
  expect((await lane.run(MONDAY, [laneSpec()])).alerts_closed).toHaveLength(1);
});

test('what uploaders are still writing is not there yet', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv.part', ['id']);
  await lane.drop('trades/t_20230130.csv.tmp', ['id']);
  expect(await lane.run(MONDAY, [laneSpec()])).toMatchObject({ files: [], unclaimed: [], waiting: 0 });
});

test('a young object is looked at again in the same run, and left for the next cycle when it changed in between', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.drop('trades/t_20230131.csv', ['id', '1']);
  const changes = {
    limits: { settle_seconds: 2, files_at_once: 2 },
    sleep: async (): Promise<void> => await lane.drop('trades/t_20230131.csv', ['id', '1', '2']),
  };
  const result = await lane.run(MONDAY, [laneSpec()], changes);
  expect(result.files.map((file) => file.object)).toEqual(['trades/t_20230130.csv']);
  expect(result.waiting).toBe(1);
  expect((await lane.run(MONDAY, [laneSpec()])).files).toMatchObject([{ object: 'trades/t_20230131.csv', records_in: 2 }]);
});

test('a source that is switched off leaves its files where they are, and says nothing about them', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  const result = await lane.run(MONDAY, [laneSpec({ enabled: false })]);
  expect(result).toMatchObject({ files: [], unclaimed: [] });
  expect(await lane.names('landing/')).toHaveLength(1);
});
