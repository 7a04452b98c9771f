import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { Crash, crashingStore } from '../test-support/crashing-store.ts';
import { laneBench, MONDAY, type LaneBench } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';

const CONTROLLED = laneSpec({ name: 'fills', control: { pattern: '{filename}.ctl' } });
const SPECS = [laneSpec(), CONTROLLED];
const CONTROL = { ifAbsent: true } as const;

/** A morning with everything in it: good, bad, failed, equal and resupplied files, control files, one nobody claims. */
async function prepared(): Promise<ObjectStore> {
  const store = createMemoryObjectStore();
  const lane = laneBench(store);
  await lane.drop('trades/t_20230127.csv', ['id', '1', '2']);
  await lane.run('2023-01-27T18:00:00.000000Z', SPECS);
  await lane.drop('trades/t_20230127.csv', ['id', '1', '2', '3']);
  await lane.drop('trades/t_20230130.csv', ['id', '1', 'BAD', '2']);
  await lane.drop('trades/t_20230130_again.csv', ['id', '1', 'BAD', '2']);
  await lane.drop('trades/t_20230130_torn.csv', ['id', 'FAIL']);
  await lane.drop('fills/t_20230130.csv', ['id', '1']);
  await store.write('landing/fills/t_20230130.ctl', Buffer.from('1'), CONTROL);
  await lane.drop('fills/t_20230131.csv', ['id', '1']);
  await lane.drop('nobody/knows', ['?']);
  return store;
}

/** What users of the lane see, without what differs from run to run. */
async function endState(lane: LaneBench): Promise<unknown> {
  const published = (await lane.eventsOf('load_published')).map(({ load_id, data }) => [
    load_id,
    data.object,
    data.version,
    data.rows,
    data.supersedes,
  ]);
  const archived = (await lane.eventsOf('object_archived')).map(({ data }) => [data.object, data.archived_as, data.sha256, data.role]);
  const alerts = (await lane.eventsOf('alert_opened')).map(({ data }) => [data.alert_id, data.kind, data.object]);
  const duplicates = (await lane.eventsOf('duplicate_ignored')).map(({ data }) => data.object);
  const failed = new Set(
    (await lane.eventsOf('file_validated')).filter(({ data }) => data.status === 'failed').map(({ load_id }) => load_id),
  );
  const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  return {
    published: sorted(published),
    archived: sorted(archived),
    alerts: sorted(alerts),
    duplicates: sorted(duplicates),
    failed: sorted([...failed]),
    landing: await lane.names('landing/'),
    archive: await lane.names('archive/'),
    parts: await partsThatCount(lane),
  };
}

/** The bytes of every published part, with the digest that its event states. */
async function partsThatCount(lane: LaneBench): Promise<string[]> {
  const parts = (await lane.eventsOf('load_published')).flatMap(({ data }) => data.parts);
  const texts = await Promise.all(parts.map(async (part) => (await lane.store.read(part.object)).toString()));
  return texts.sort();
}

async function countChanges(): Promise<{ changes: number; end: unknown }> {
  const store = await prepared();
  const counting = crashingStore(store, Infinity, 'before');
  await laneBench(counting.store).run(MONDAY, SPECS);
  return { changes: counting.changes(), end: await endState(laneBench(store)) };
}

test('a run that is killed at any change of the store is finished by the next one: nothing lost, nothing double', async () => {
  const { changes, end } = await countChanges();
  expect(changes).toBeGreaterThan(25);
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= changes; at++) {
      const store = await prepared();
      const killed = crashingStore(store, at, when);
      await laneBench(killed.store).run(MONDAY, SPECS).catch(expectCrash);
      const lane = laneBench(store);
      const result = await lane.run(MONDAY, SPECS);
      expect(result.errors, `${when} ${at}`).toEqual([]);
      expect(await endState(lane), `${when} ${at}`).toEqual(end);
    }
  }
});

test('two runs that are killed one after the other are finished by the third', async () => {
  const { changes, end } = await countChanges();
  for (let at = 3; at <= changes; at += 4) {
    const store = await prepared();
    for (const [step, when] of [
      [at, 'after'],
      [Math.ceil(at / 2), 'before'],
    ] as const) {
      await laneBench(crashingStore(store, step, when).store)
        .run(MONDAY, SPECS)
        .catch(expectCrash);
    }
    const lane = laneBench(store);
    await lane.run(MONDAY, SPECS);
    expect(await endState(lane), String(at)).toEqual(end);
  }
});

function expectCrash(error: unknown): void {
  const causes = [error, isMarketsError(error) ? error.cause : undefined];
  expect(causes.some((cause) => cause instanceof Crash)).toBe(true);
}
