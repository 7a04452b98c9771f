import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { commitFindings } from '../../core/stream/findings-manifest.ts';
import { findingsPartName } from '../../core/stream/object-names.ts';
import { verifyAudit } from '../audit/verify.ts';
import type { LoadedSpec } from '../run/lane.ts';
import type { WarehouseLane } from '../run/warehouse-steps.ts';
import { loadState } from '../state/load-state.ts';
import { CommittedStream } from '../test-support/committed-stream.ts';
import { crashingStore } from '../test-support/crashing-store.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { tickSpec } from '../test-support/stream-spec.ts';

const TEXT = Buffer.from('ticks');
const TICKS: LoadedSpec = {
  spec: { ...tickSpec(), spec_version: createHash('sha256').update(TEXT).digest('hex') },
  text: TEXT,
};
const [AT_1, AT_2, AT_3] = ['01', '02', '03'].map((minute) => `2023-01-30T17:${minute}:00.000000Z`) as [string, string, string];
const message = (offset: number, partition = 0) => ({ partition, offset, record: { trade_id: `T${String(offset)}` } });

async function committed(store: ObjectStore): Promise<CommittedStream> {
  const stream = new CommittedStream(store, TICKS.spec);
  await stream.read(AT_1, [
    { ranges: [[0, 2]] },
    {
      partition: 1,
      ranges: [
        [0, 0],
        [5, 9],
      ],
      skipped: [[6, 8]],
    },
  ]);
  await stream.batch(AT_1, [message(0), message(1), { offset: 2, record: 'torn', codes: 'JSON_SYNTAX' }]);
  await stream.batch(AT_2, [message(0, 1), message(5, 1), message(9, 1)]);
  return stream;
}

/** What is recorded of the stream, whatever runs wrote it. */
async function recorded(store: ObjectStore): Promise<unknown> {
  const events = await laneBench(store).events();
  return events
    .filter(({ type }) => type.startsWith('stream_') || type === 'load_published')
    .map(({ type, data, load_id }) => [type, load_id, 'epoch' in data ? { ...data, epoch: 0 } : data]);
}

test('a cycle publishes what was committed as one load, tells what was read, and a second one has nothing to say', async () => {
  const lane = laneBench();
  const stream = await committed(lane.store);
  const { errors } = await lane.run(MONDAY, [TICKS]);
  expect(errors).toEqual([]);
  const [load] = await lane.eventsOf('load_published');
  expect(load?.data).toMatchObject({
    object: 'stream/ticks/1-2',
    business_date: '2023-01-30',
    rows: 5,
    manifest: 'control/streams/ticks/batches/000000000002.json',
    stream: {
      batches: { first: 1, last: 2 },
      at: AT_2,
      offsets: [
        { kafka_topic: 'venue.ticks', partition: 0, ranges: [['0', '1']] },
        {
          kafka_topic: 'venue.ticks',
          partition: 1,
          ranges: [
            ['0', '0'],
            ['5', '5'],
            ['9', '9'],
          ],
        },
      ],
    },
  });
  expect((await lane.eventsOf('stream_dead_letters'))[0]?.data).toMatchObject({ batches: { first: 1, last: 2 }, rows: 1 });
  expect((await lane.eventsOf('stream_read'))[0]?.data.records[0]?.partitions).toMatchObject([
    { partition: 0, offsets: [['0', '2']], read: 3 },
    {
      partition: 1,
      offsets: [
        ['0', '0'],
        ['5', '5'],
        ['9', '9'],
      ],
      read: 6,
      skipped: 3,
    },
  ]);
  const before = await recorded(lane.store);
  await lane.run(MONDAY, [TICKS]);
  expect(await recorded(lane.store)).toEqual(before);
  // Read again after a crash: only what no record told of before is new.
  await stream.read(AT_3, [{ ranges: [[1, 4]] }], '20230130T170000-00000002');
  await stream.batch(AT_3, [message(3), message(4)]);
  await lane.run(MONDAY, [TICKS]);
  expect((await lane.eventsOf('stream_read')).at(-1)?.data.records[0]?.partitions).toMatchObject([{ offsets: [['3', '4']], read: 4 }]);
  expect((await lane.eventsOf('load_published')).map(({ data }) => data.object)).toEqual(['stream/ticks/1-2', 'stream/ticks/3-3']);
  expect((await verifyAudit(lane.store)).problems).toEqual([]);
});

test('a cycle that is killed at any change of the store is finished by the next one: every batch in one load', async () => {
  const whole = createMemoryObjectStore();
  await committed(whole);
  const counting = crashingStore(whole, Infinity, 'before');
  await laneBench(counting.store).run(MONDAY, [TICKS]);
  const wanted = await recorded(whole);
  for (let at = 1; at <= counting.changes(); at += 1) {
    for (const when of ['before', 'after'] as const) {
      const store = createMemoryObjectStore();
      await committed(store);
      await laneBench(crashingStore(store, at, when).store)
        .run(MONDAY, [TICKS])
        .catch(() => undefined);
      await laneBench(store).run(MONDAY, [TICKS]);
      expect(await recorded(store), `${when} ${String(at)}`).toEqual(wanted);
    }
  }
});

test('findings are told of after the warehouse has them, and wait for a cycle that has a warehouse', async () => {
  const lane = laneBench();
  const object = findingsPartName('ticks', '2023-01-30', 0, 1, '20230130T120000-0123abcd');
  await lane.store.write(object, Buffer.from('rows'), { ifAbsent: true });
  const sha256 = createHash('sha256').update('rows').digest('hex');
  await commitFindings(lane.store, {
    ...{ seq: 1, writer: '20230130T120000-0123abcd', at: AT_1, source: 'ticks', spec_version: TICKS.spec.spec_version },
    ...{ kafka_topic: 'venue.ticks', partition: 0, position: '1', state: { object: 'control/none', sha256 } },
    ...{ parts: [{ object, kind: 'findings', rows: 1, sha256 }], counts: { messages: 1, refused: 0, not_followed: 0, findings: {} } },
  });
  await lane.run(MONDAY, [TICKS]);
  expect(await lane.eventsOf('stream_findings')).toEqual([]);
  const asked: unknown[] = [];
  let isUp = false;
  const warehouse: WarehouseLane = {
    exists: async () => await Promise.resolve(true),
    async loadFindings(_, source, committed) {
      const findings = committed.map(({ partition, first_seq: first, last_seq: last, parts }) => ({
        ...{ source, partition, first, last, objects: parts.map((part) => part.object) },
      }));
      asked.push([findings, (await lane.eventsOf('stream_findings')).length]);
      if (!isUp) throw new MarketsError('WAREHOUSE_UNAVAILABLE', 'down', { expected: 'an answer', found: 'none' });
    },
    transform: async () =>
      await Promise.resolve({
        ...{ status: 'ok', command: 'build', full_refresh: false, models: [], tests_passed: 0, tests_failed: 0, duration_ms: 0 },
      }),
    dueExtracts: () => [],
    extract: async () => await Promise.reject(new Error('none is due')),
  };
  const down = await lane.run(MONDAY, [TICKS], { warehouse });
  expect(down.errors).toMatchObject([{ step: 'streams', object: 'ticks', code: 'WAREHOUSE_UNAVAILABLE' }]);
  isUp = true;
  expect((await lane.run(MONDAY, [TICKS], { warehouse })).errors).toEqual([]);
  const findings = { source: 'ticks', partition: 0, first: 1, last: 1, objects: [object] };
  expect(asked).toEqual([
    [[findings], 0],
    [[findings], 0],
  ]);
  expect((await lane.eventsOf('stream_findings')).map(({ data }) => data.rows)).toEqual([1]);
  await lane.run(MONDAY, [TICKS], { warehouse });
  expect(asked).toHaveLength(2);
});

test('a record that contradicts its checksum stops its source and no other', async () => {
  const lane = laneBench();
  await committed(lane.store);
  const quotes = { ...TICKS, spec: { ...TICKS.spec, name: 'quotes' } };
  const second = new CommittedStream(lane.store, quotes.spec);
  await second.batch(AT_1, [message(7)]);
  const name = (await lane.names('control/streams/ticks/reads/'))[0] ?? '';
  const record = (await lane.store.read(name)).toString().replace(/"checksum":"\d+"/, '"checksum":"4711"');
  await lane.store.write(name, Buffer.from(record), { overwrite: true });
  const { errors, status } = await lane.run(MONDAY, [TICKS, quotes]);
  expect(errors).toMatchObject([{ step: 'streams', object: 'ticks', code: 'STREAM_STATE' }]);
  expect(status).toBe('failed');
  expect((await lane.eventsOf('load_published')).map(({ source }) => source)).toEqual(['quotes']);
});

test('the state that a checkpoint keeps is the state that the events give', async () => {
  const lane = laneBench();
  await committed(lane.store);
  await lane.run(MONDAY, [TICKS], { checkpointEvery: 1 });
  const kept = await loadState(lane.store);
  expect((await lane.names('control/checkpoints/')).length).toBe(1);
  for (const name of await lane.names('control/checkpoints/')) {
    await lane.store.delete(name, { generation: (await lane.store.stat(name))?.generation ?? '' });
  }
  expect((await loadState(lane.store)).streams).toEqual(kept.streams);
});
