import { expect, test } from 'vitest';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';

const TUESDAY = '2023-01-31T18:00:00.000000Z';

test('bad files never stop a good one', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130_a.csv', ['id', 'FAIL']);
  await lane.drop('trades/t_20230130_b.csv', ['id', 'CRASH']);
  await lane.drop('trades/t_20230130_c.csv', ['id', '1']);
  const result = await lane.run(MONDAY, [laneSpec()]);
  expect(result.files.map((file) => [file.outcome, ...file.codes])).toEqual([
    ['failed', 'FILE_UNREADABLE'],
    ['failed', 'FILE_UNREADABLE'],
    ['accepted'],
  ]);
  const crashed = result.files[1]?.load_id ?? '';
  expect(await lane.names(`failed/2023-01-30/trades/${crashed}/`)).toEqual([
    `failed/2023-01-30/trades/${crashed}/report.json`,
    `failed/2023-01-30/trades/${crashed}/t_20230130_b.csv`,
  ]);
});

test('equal content of one business date is loaded once, whether it comes later or at the same time', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130_a.csv', ['id', '1', '2']);
  await lane.drop('trades/t_20230130_b.csv', ['id', '1', '2']);
  const first = await lane.run(MONDAY, [laneSpec()]);
  expect(first.files.map((file) => file.outcome).sort()).toEqual(['accepted', 'duplicate']);
  await lane.drop('trades/t_20230130_a.csv', ['id', '1', '2']);
  const second = await lane.run(TUESDAY, [laneSpec()]);
  expect(second.files).toMatchObject([{ outcome: 'duplicate' }]);
  expect(await lane.eventsOf('load_published')).toHaveLength(1);
  expect(await lane.eventsOf('duplicate_ignored')).toHaveLength(2);
  expect(await lane.names('landing/')).toEqual([]);
});

test('equal content for another business date is a delivery of its own', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id']);
  await lane.drop('trades/t_20230131.csv', ['id']);
  const result = await lane.run(TUESDAY, [laneSpec()]);
  expect(result.files.map((file) => file.outcome)).toEqual(['accepted', 'accepted']);
});

test('the same name with new content is the next version and replaces the one before; going back is a version too', async () => {
  const lane = laneBench();
  const contents = [
    ['id', '1'],
    ['id', '1', '2'],
    ['id', '1'],
  ];
  for (const lines of contents) {
    await lane.drop('trades/t_20230130.csv', lines);
    await lane.run(MONDAY, [laneSpec()]);
  }
  const loads = await lane.eventsOf('load_published');
  expect(loads.map(({ data }) => data.version)).toEqual([1, 2, 3]);
  const ids = loads.map(({ load_id }) => load_id);
  expect(loads.map(({ data }) => data.supersedes)).toEqual([[], [ids[0]], [ids[1]]]);
});

test('a source that appends keeps both versions', async () => {
  const lane = laneBench();
  const specs = [laneSpec({ resupply: 'append' })];
  for (const lines of [
    ['id', '1'],
    ['id', '2'],
  ]) {
    await lane.drop('trades/t_20230130.csv', lines);
    await lane.run(MONDAY, specs);
  }
  expect((await lane.eventsOf('load_published')).map(({ data }) => [data.version, data.supersedes])).toEqual([
    [1, []],
    [2, []],
  ]);
});

test('a failed resupply leaves the version before it standing', async () => {
  const lane = laneBench();
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.run(MONDAY, [laneSpec()]);
  await lane.drop('trades/t_20230130.csv', ['id', 'FAIL']);
  await lane.run(MONDAY, [laneSpec()]);
  await lane.drop('trades/t_20230130.csv', ['id', '1', '3']);
  await lane.run(MONDAY, [laneSpec()]);
  const loads = await lane.eventsOf('load_published');
  expect(loads.map(({ data }) => data.version)).toEqual([1, 3]);
  expect(loads[1]?.data.supersedes).toEqual([loads[0]?.load_id]);
});

test('a failed file that comes again is judged again: as the same load under the same spec, as another one under a fixed spec', async () => {
  const lane = laneBench();
  const spec = laneSpec({ text: 'first' });
  const fixed = laneSpec({ text: 'fixed' });
  for (const one of [spec, spec, fixed]) {
    await lane.drop('trades/t_20230130.csv', ['id', 'FAIL']);
    await lane.run(MONDAY, [one]);
  }
  const verdicts = await lane.eventsOf('file_validated');
  expect(verdicts.map(({ data }) => [data.version, data.attempt])).toEqual([
    [1, 1],
    [1, 2],
    [1, 1],
  ]);
  expect(new Set(verdicts.map(({ load_id }) => load_id)).size).toBe(2);
  expect(await lane.names('control/specs/')).toHaveLength(2);
});

test('without a date in its name a file has the date of its arrival in the time zone of the source', async () => {
  const lane = laneBench();
  const path = '^trades/[^/]*\\.csv$';
  await lane.drop('trades/a.csv', ['id', '1']);
  await lane.run('2023-01-30T23:30:00.000000Z', [laneSpec({ path, timezone: 'Asia/Tokyo' })]);
  expect((await lane.eventsOf('load_published')).map(({ data }) => data.business_date)).toEqual(['2023-01-31']);
  expect((await lane.names('archive/'))[0]).toContain('archive/2023-01-31/trades/');
});

test('where the name has no date the control file gives it', async () => {
  const lane = laneBench();
  const { spec, text } = laneSpec({ path: '^trades/[^/]*\\.csv$', control: { pattern: '{filename}.ctl', required: false } });
  const dated = {
    text,
    spec: { ...spec, control_file: spec.control_file && { ...spec.control_file, row_count: null, business_date: 'date' } },
  };
  await lane.drop('trades/a.csv', ['id', '1']);
  await lane.drop('trades/a.ctl', ['date=2023-01-27']);
  await lane.run(MONDAY, [dated]);
  expect((await lane.eventsOf('file_validated')).map(({ data }) => data.business_date)).toEqual(['2023-01-27']);
});
