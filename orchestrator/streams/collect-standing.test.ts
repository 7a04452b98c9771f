import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { countOffsets, rangesOfTexts } from '../../core/stream/offset-ranges.ts';
import { verifyAudit } from '../audit/verify.ts';
import { requireStanding } from '../rebuild/require-standing.ts';
import type { LoadedSpec } from '../run/lane.ts';
import { loadState } from '../state/load-state.ts';
import { CommittedStream } from '../test-support/committed-stream.ts';
import { crashingStore } from '../test-support/crashing-store.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { StandingTable, type Delivery } from '../test-support/standing-table.ts';
import { tickSpec } from '../test-support/stream-spec.ts';
import { SLICE_ROWS_MAX, SLICE_RUNS_MAX } from './collect-standing.ts';
import type { StandingRun } from './standing-messages.ts';

const TEXT = Buffer.from('ticks');
const TICKS: LoadedSpec = { spec: { ...tickSpec(), spec_version: createHash('sha256').update(TEXT).digest('hex') }, text: TEXT };
const TOPIC = 'venue.ticks';
const at = (minute: number): string => `2023-01-30T17:${String(minute).padStart(2, '0')}:00.000000Z`;
const FIRST: readonly Delivery[] = [
  { offset: 0, at: at(1) },
  { offset: 1, at: at(2) },
  { offset: 1, at: at(3) },
  { offset: 4, at: at(4) },
  { partition: 1, offset: 7, at: at(2) },
];

async function slices(lane: LaneBench): Promise<unknown[]> {
  return (await lane.eventsOf('load_published')).map(({ data }) => [
    data.rows,
    data.stream?.offsets.map(({ partition, ranges }) => [partition, ...ranges.map((run) => run.join('-'))]),
  ]);
}

test('what stands in the table is one load of its messages, and a second cycle has nothing to say', async () => {
  const lane = laneBench();
  const table = new StandingTable(TOPIC, FIRST);
  const { errors } = await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect(errors).toEqual([]);
  const [load] = await lane.eventsOf('load_published');
  expect(load?.data).toMatchObject({
    object: `stream/ticks/${at(1)}-${at(4)}`,
    business_date: '2023-01-30',
    rows: 4,
    parts: [],
    stream: {
      ...{ batches: null, from: at(1), at: at(4) },
      offsets: [
        {
          ...{ kafka_topic: TOPIC, partition: 0 },
          ranges: [
            ['0', '1'],
            ['4', '4'],
          ],
        },
        { kafka_topic: TOPIC, partition: 1, ranges: [['7', '7']] },
      ],
    },
  });
  expect(table.questions).toMatchObject([{ since: '2022-12-31T18:00:00.000000Z', told: [] }]);
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect(await slices(lane)).toHaveLength(1);
  expect(table.questions.slice(1)).toMatchObject([{ since: '2023-01-28T17:04:00.000000Z' }]);
  expect((await verifyAudit(lane.store)).problems).toEqual([]);
});

test('what comes late, or again, is in the next slice where it is new', async () => {
  const lane = laneBench();
  const table = new StandingTable(TOPIC, FIRST);
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  table.deliver({ offset: 3, at: at(1) }, { offset: 4, at: at(5) }, { partition: 1, offset: 6, at: at(1) });
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  table.deliver({ offset: 2, at: at(3) }, { offset: 5, at: at(6) });
  // Older than the look-back: a loss, which the warehouse shows.
  table.deliver({ offset: 9, at: '2023-01-28T16:00:00.000000Z' });
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect(await slices(lane)).toEqual([
    [
      4,
      [
        [0, '0-1', '4-4'],
        [1, '7-7'],
      ],
    ],
    [
      2,
      [
        [0, '3-3'],
        [1, '6-6'],
      ],
    ],
    [2, [[0, '2-2', '5-5']]],
  ]);
  expect((await verifyAudit(lane.store)).problems).toEqual([]);
});

test('an empty table, no table to ask, a disabled source and another source publish nothing', async () => {
  const lane = laneBench();
  await lane.run(MONDAY, [TICKS], { warehouse: new StandingTable(TOPIC).warehouse });
  await lane.run(MONDAY, [TICKS]);
  const table = new StandingTable(TOPIC, FIRST);
  await lane.run(MONDAY, [{ ...TICKS, spec: { ...TICKS.spec, enabled: false } }], { warehouse: table.warehouse });
  expect(table.questions).toEqual([]);
  expect(await lane.eventsOf('load_published')).toEqual([]);
});

test('a cycle that is killed at any change of the store is finished by the next one: every message in one load', async () => {
  const run = async (store: ObjectStore): Promise<unknown> =>
    await laneBench(store).run(MONDAY, [TICKS], { warehouse: new StandingTable(TOPIC, FIRST).warehouse, checkpointEvery: 1 });
  const whole = createMemoryObjectStore();
  const counting = crashingStore(whole, Infinity, 'before');
  await run(counting.store);
  const wanted = await slices(laneBench(whole));
  expect(wanted).toHaveLength(1);
  for (let change = 1; change <= counting.changes(); change += 1) {
    for (const when of ['before', 'after'] as const) {
      const store = createMemoryObjectStore();
      await run(crashingStore(store, change, when).store).catch(() => undefined);
      await run(store);
      expect(await slices(laneBench(store)), `${when} ${String(change)}`).toEqual(wanted);
    }
  }
});

test('a stream with a sink is collected by its batches, also where the first is committed while the table is asked', async () => {
  const lane = laneBench();
  const table = new StandingTable(TOPIC, FIRST);
  const stream = new CommittedStream(lane.store, TICKS.spec);
  const { warehouse } = table;
  const racing = {
    ...warehouse,
    standingMessages: async (question: Parameters<NonNullable<typeof warehouse.standingMessages>>[0]) => {
      if (table.questions.length === 0) await stream.batch(at(9), [{ offset: 0, record: {} }]);
      return (await warehouse.standingMessages?.(question)) ?? [];
    },
  };
  await lane.run(MONDAY, [TICKS], { warehouse: racing });
  await lane.run(MONDAY, [TICKS], { warehouse: racing });
  expect(table.questions).toHaveLength(1);
  expect((await lane.eventsOf('load_published')).map(({ data }) => data.stream?.batches)).toEqual([{ first: 1, last: 1 }]);
});

test('a sink that is started beside a subscription brings no message a second time', async () => {
  const lane = laneBench();
  const table = new StandingTable(TOPIC, FIRST);
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  await new CommittedStream(lane.store, TICKS.spec).batch(at(9), [
    { offset: 0, record: {} },
    { offset: 5, record: {} },
  ]);
  table.deliver({ offset: 5, at: at(8) });
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect((await slices(lane)).at(-1)).toEqual([1, [[0, '5-5']]]);
});

test('more than a slice may hold is in several, the oldest first, and the look-back never passes what was left', async () => {
  const lane = laneBench();
  const found: StandingRun[] = [
    { kafka_topic: TOPIC, partition: 0, first: 0n, last: SLICE_ROWS_MAX + 9n, from: '2023-01-20T00:00:00.000000Z', at: at(1) },
    { kafka_topic: TOPIC, partition: 1, first: 0n, last: 4n, from: at(1), at: at(2) },
  ];
  const asked: string[] = [];
  const { warehouse } = new StandingTable(TOPIC);
  const standingMessages: typeof warehouse.standingMessages = async ({ since, told }) => {
    asked.push(since);
    const toldRows = told.reduce((sum, { ranges }) => sum + countOffsets(rangesOfTexts(ranges)), 0n);
    const left = found.map((run) => (run.partition === 0 ? { ...run, first: toldRows } : run));
    return await Promise.resolve(toldRows > SLICE_ROWS_MAX ? [] : left);
  };
  await lane.run(MONDAY, [TICKS], { warehouse: { ...warehouse, standingMessages } });
  expect(await slices(lane)).toEqual([
    [Number(SLICE_ROWS_MAX), [[0, `0-${String(SLICE_ROWS_MAX - 1n)}`]]],
    [
      15,
      [
        [0, `${String(SLICE_ROWS_MAX)}-${String(SLICE_ROWS_MAX + 9n)}`],
        [1, '0-4'],
      ],
    ],
  ]);
  expect(asked).toEqual(['2022-12-31T18:00:00.000000Z', '2023-01-18T00:00:00.000000Z']);
});

test('of more holes than are remembered the oldest are closed, so that no message is in two loads', async () => {
  const lane = laneBench();
  const rows = Array.from({ length: SLICE_RUNS_MAX + 10 }, (_, index): Delivery => ({ offset: 2 * index, at: at(index < 100 ? 1 : 2) }));
  const table = new StandingTable(TOPIC, rows);
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect((await slices(lane)).map((slice) => (slice as number[])[0])).toEqual([SLICE_RUNS_MAX, 10]);
  const kept = (await loadState(lane.store)).streams.get('ticks')?.table_offsets.get([TOPIC, '0'].join('\0')) ?? [];
  expect([kept.length, kept[0]]).toEqual([SLICE_RUNS_MAX, ['0', '20']]);
  table.deliver({ offset: 3, at: at(3) }, { offset: 101, at: at(3) });
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  expect((await slices(lane)).at(-1)).toEqual([1, [[0, '101-101']]]);
});

test('a warehouse that does not answer stops its source and no other', async () => {
  const lane = laneBench();
  const { warehouse } = new StandingTable('venue.quotes', FIRST);
  const standingMessages: typeof warehouse.standingMessages = async (question) => {
    if (question.source === 'ticks') throw new MarketsError('WAREHOUSE_UNAVAILABLE', 'The warehouse did not answer.');
    return (await warehouse.standingMessages?.(question)) ?? [];
  };
  const quotes = { ...TICKS, spec: { ...TICKS.spec, name: 'quotes' } };
  const { errors, status } = await lane.run(MONDAY, [TICKS, quotes], { warehouse: { ...warehouse, standingMessages } });
  expect(errors).toMatchObject([{ step: 'streams', object: 'ticks', code: 'WAREHOUSE_UNAVAILABLE' }]);
  expect(status).toBe('failed');
  expect((await lane.eventsOf('load_published')).map(({ source }) => source)).toEqual(['quotes']);
});

test('a build from nothing is refused when messages are gone from the table', async () => {
  const lane = laneBench();
  const table = new StandingTable(TOPIC, FIRST);
  await lane.run(MONDAY, [TICKS], { warehouse: table.warehouse });
  const state = await loadState(lane.store);
  expect(() => {
    requireStanding(state, '2023-03-01T17:00:00.000000Z');
  }).not.toThrow();
  expect(() => {
    requireStanding(state, '2023-03-01T17:02:00.000000Z');
  }).toThrow('gone from their tables');
});
