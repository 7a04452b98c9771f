import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isBusinessDay } from '../../core/calendars/business-day.ts';
import { loadCalendars } from '../../core/calendars/load-calendars.ts';
import { laneBench } from '../test-support/lane-bench.ts';
import { laneSpec, type LaneSpecParts } from '../test-support/lane-spec.ts';

const FOLDER = fileURLToPath(new URL('../../config/calendars/', import.meta.url));
const due = (time: string, timezone: string, more: LaneSpecParts['expectations'] = {}): LaneSpecParts => ({
  expectations: { expected_by: { time, timezone }, ...more },
});

test('an exchange is closed on its holidays and weekends and open on other days', async () => {
  const calendars = await loadCalendars(FOLDER, ['XLON', 'weekdays']);
  const open = ['2023-04-06', '2023-04-07', '2023-04-08', '2023-04-10', '2023-05-08', '2023-04-11'];
  expect(open.map((day) => isBusinessDay(calendars, 'XLON', day))).toEqual([true, false, false, false, false, true]);
  expect(isBusinessDay(calendars, 'weekdays', '2023-04-07')).toBe(true);
  expect(isBusinessDay(calendars, 'every_day', '2023-04-08')).toBe(true);
});

test('a calendar that is not there is an error of the configuration', async () => {
  await expect(loadCalendars(FOLDER, ['XXXX'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a delivery is expected once, and its due time follows the clocks of its zone', async () => {
  const lane = laneBench();
  const specs = [laneSpec(due('07:00', 'Europe/London'))];
  for (const now of ['2023-03-24T05:00:00.000000Z', '2023-03-24T06:00:00.000000Z', '2023-03-27T05:00:00.000000Z'])
    await lane.run(now, specs);
  const expected = await lane.eventsOf('delivery_expected');
  expect(expected.map(({ data }) => [data.business_date, data.due_at])).toEqual([
    ['2023-03-24', '2023-03-24T07:00:00.000000Z'],
    ['2023-03-27', '2023-03-27T06:00:00.000000Z'],
  ]);
});

test('weekly and monthly deliveries belong to the last business day of their period', async () => {
  const lane = laneBench();
  const weekly = laneSpec({ name: 'weekly', ...due('07:00', 'UTC', { frequency: 'weekly' }) });
  const monthly = laneSpec({ name: 'monthly', ...due('07:00', 'UTC', { frequency: 'monthly' }) });
  await lane.run('2023-01-16T05:00:00.000000Z', [weekly, monthly]);
  await lane.run('2023-02-05T05:00:00.000000Z', [weekly, monthly]);
  const expected = await lane.eventsOf('delivery_expected');
  expect(expected.map(({ source, data }) => [source, data.business_date])).toEqual([
    ['weekly', '2023-01-20'],
    ['weekly', '2023-01-27'],
    ['weekly', '2023-02-03'],
    ['monthly', '2023-01-31'],
  ]);
});

test('a source is late after its due time, missing a day later, and healed by its file', async () => {
  const lane = laneBench();
  const specs = [laneSpec(due('07:00', 'UTC'))];
  const kinds = async (now: string): Promise<string[]> =>
    (await lane.run(now, specs)).alerts_opened.map(({ kind, severity }) => `${kind} ${severity}`);
  expect(await kinds('2023-01-30T07:00:00.000000Z')).toEqual([]);
  expect(await kinds('2023-01-30T07:00:01.000000Z')).toEqual(['late P2']);
  expect(await kinds('2023-01-30T09:00:00.000000Z')).toEqual([]);
  expect(await kinds('2023-01-31T07:00:01.000000Z')).toEqual(['missing P1', 'late P2']);
  await lane.drop('trades/t_20230130.csv', ['id', '1']);
  await lane.drop('trades/t_20230131.csv', ['id', '2']);
  const healed = await lane.run('2023-01-31T08:00:00.000000Z', specs);
  expect(healed.alerts_closed).toHaveLength(2);
  expect(healed.status).toBe('ok');
});
