import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { segmentName } from '../../core/reports/object-names.ts';
import { crashingStore } from '../test-support/crashing-store.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { eventIdOf, ToldLedger } from '../test-support/told-ledger.ts';

const AT = '2023-01-30T17:00:00.000000Z';
const LATER = '2023-01-30T17:00:05.000000Z';
const DUE = '2023-01-31T22:59:00.000000Z';

let folder = '';
afterEach(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
  folder = '';
});

describe.each(['memory', 'folder'] as const)('ledgers in a store of kind %s', (kind) => {
  test('are collected once, report by report, and what is new comes with the next cycle', async () => {
    if (kind === 'folder') folder = await mkdtemp(join(tmpdir(), 'collect-reports-'));
    const lane = laneBench(kind === 'folder' ? createFolderObjectStore(folder) : createMemoryObjectStore());
    const ledger = await new ToldLedger(lane.store).begin();
    await ledger.received(AT, { event: 'a' });
    await ledger.submitted(AT, 'a', DUE);
    expect((await lane.run(MONDAY, [])).errors).toEqual([]);
    await lane.run('2023-01-30T19:00:00.000000Z', []);
    await ledger.acknowledged(LATER, 'a');
    await ledger.close(LATER);
    await lane.run('2023-01-30T20:00:00.000000Z', []);
    await lane.run('2023-01-30T21:00:00.000000Z', []);
    const told = (await lane.eventsOf('report_entries_collected')).map(({ data }) => data);
    expect(told.map(({ first_seq, last_seq, is_complete, events }) => [first_seq, last_seq, is_complete, events.length])).toEqual([
      [1, 3, false, 1],
      [4, 4, true, 0],
    ]);
    expect(told.flatMap(({ reports }) => reports)).toMatchObject([
      { report_id: `${eventIdOf('a')}-rts_22`, event_id: eventIdOf('a'), regime: 'rts_22', kind: 'submitted', tries: 1, due_at: DUE },
      { kind: 'acknowledged', tries: 0, accepted_newt_at: LATER },
    ]);
  });
});

test('a ledger that does not follow what was collected stops itself alone, and is named', async () => {
  const lane = laneBench();
  const [bad, good] = [await new ToldLedger(lane.store, 1).begin(), await new ToldLedger(lane.store, 2).begin()];
  await bad.received(AT, { event: 'a' });
  await lane.run(MONDAY, []);
  await lane.store.write(segmentName(bad.instance, 2), await lane.store.read(segmentName(bad.instance, 1)), { ifAbsent: true });
  await good.received(AT, { event: 'b' });
  const { errors, status } = await lane.run('2023-01-30T19:00:00.000000Z', []);
  expect(status).toBe('failed');
  expect(errors).toMatchObject([{ step: 'reports', object: bad.instance, code: 'LEDGER_DAMAGED' }]);
  expect((await lane.eventsOf('report_entries_collected')).map(({ data }) => data.instance)).toEqual([bad.instance, good.instance]);
});

test('what an instance wrote behind its closing anchor is not collected', async () => {
  const lane = laneBench();
  const ledger = await new ToldLedger(lane.store).begin();
  await ledger.received(AT, { event: 'a' });
  await ledger.close(AT);
  await ledger.received(LATER, { event: 'b' });
  await lane.run(MONDAY, []);
  await lane.run('2023-01-30T19:00:00.000000Z', []);
  expect((await lane.eventsOf('report_entries_collected')).map(({ data }) => [data.last_seq, data.is_complete])).toEqual([[1, true]]);
});

async function tellOne(store: ObjectStore): Promise<void> {
  const ledger = await new ToldLedger(store).begin();
  await ledger.received(AT, { event: 'a' });
  await ledger.submitted(AT, 'a', DUE);
  await ledger.close(LATER);
}

async function collected(store: ObjectStore): Promise<readonly unknown[]> {
  return (await laneBench(store).eventsOf('report_entries_collected')).map(({ data }) => data);
}

test('a cycle that is killed at any change of the store is finished by the next one: every entry counts once', async () => {
  const whole = createMemoryObjectStore();
  await tellOne(whole);
  const counting = crashingStore(whole, Infinity, 'before');
  await laneBench(counting.store).run(MONDAY, []);
  const wanted = await collected(whole);
  expect(wanted).toHaveLength(1);
  for (let at = 1; at <= counting.changes(); at += 1) {
    for (const when of ['before', 'after'] as const) {
      const store = createMemoryObjectStore();
      await tellOne(store);
      await laneBench(crashingStore(store, at, when).store)
        .run(MONDAY, [])
        .catch(() => undefined);
      await laneBench(store).run(MONDAY, []);
      expect(await collected(store), `${when} ${String(at)}`).toEqual(wanted);
    }
  }
});
