import { expect, test } from 'vitest';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectNotification } from '../../core/ports/object-notifications.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { laneBench, MONDAY } from '../test-support/lane-bench.ts';
import { laneSpec } from '../test-support/lane-spec.ts';
import { watchLanding, type Watched } from './watch-landing.ts';

const SPECS = [laneSpec(), laneSpec({ name: 'fills', control: { pattern: '{filename}.ctl', wait_minutes: 60 } })];

interface Simulated {
  readonly counts: Watched;
  readonly log: readonly string[];
}

/** Notifications that come in these batches, and an end when they are used up. */
async function simulate(
  store: ObjectStore,
  batches: readonly (readonly { readonly name: string; readonly generation: string }[])[],
  cycleFault: (cycle: number) => void = () => undefined,
): Promise<Simulated> {
  const lane = laneBench(store);
  const controller = new AbortController();
  const log: string[] = [];
  const left = [...batches];
  let cycles = 0;
  const counts = await watchLanding({
    notifications: {
      next: async () => {
        const batch = left.shift();
        if (batch === undefined) controller.abort();
        return await Promise.resolve((batch ?? []).map((one) => told(one, log)));
      },
      waiting: () => [],
      close: async () => await Promise.resolve(),
    },
    cycle: async () => {
      cycleFault((cycles += 1));
      return await lane.run(MONDAY, SPECS);
    },
    generationOf: async (name) => (await store.stat(name))?.generation,
    finished: ({ files }) => log.push(`cycle ${files.map(({ object, outcome }) => `${object} ${outcome}`).join()}`),
    failed: (error) => log.push(`failed ${error instanceof MarketsError ? error.code : String(error)}`),
    wait: async () => await Promise.resolve(),
    signal: controller.signal,
  });
  return { counts, log };
}

function told({ name, generation }: { readonly name: string; readonly generation: string }, log: string[]): ObjectNotification {
  return { name, generation, acknowledge: () => log.push(`ack ${name}`), giveBack: () => log.push(`back ${name}`) };
}

async function dropped(
  lane: ReturnType<typeof laneBench>,
  name: string,
  lines: readonly string[],
): Promise<{ name: string; generation: string }> {
  await lane.drop(name, lines);
  const info = await lane.store.stat(`landing/${name}`);
  return { name: `landing/${name}`, generation: info?.generation ?? '' };
}

test('a notification starts a cycle, and is acknowledged when the file is archived', async () => {
  const lane = laneBench();
  const one = await dropped(lane, 'trades/t_20230130.csv', ['id', '1']);
  const { log } = await simulate(lane.store, [[one]]);
  expect(log).toEqual(['cycle trades/t_20230130.csv accepted', 'ack landing/trades/t_20230130.csv']);
});

test('notifications that come twice, late, or of a generation that was replaced load nothing twice', async () => {
  const lane = laneBench();
  const before = await dropped(lane, 'trades/t_20230130.csv', ['id', '0']);
  const one = await dropped(lane, 'trades/t_20230130.csv', ['id', '1']);
  const other = await dropped(lane, 'trades/t_20230131.csv', ['id', '2']);
  const { counts } = await simulate(lane.store, [[other, other], [one, before], [other]]);
  expect(counts).toEqual({ cycles: 3, acknowledged: 5, given_back: 0 });
  expect(await lane.eventsOf('load_published')).toHaveLength(2);
});

test('a file that waits for its control file, and one that nobody claims, are recorded and not asked for again', async () => {
  const lane = laneBench();
  const waiting = await dropped(lane, 'fills/t_20230130.csv', ['id', '1']);
  const unclaimed = await dropped(lane, 'nobody/knows', ['?']);
  const { counts } = await simulate(lane.store, [[waiting, unclaimed]]);
  expect(counts.acknowledged).toBe(2);
  expect(await lane.eventsOf('control_awaited')).toHaveLength(1);
  expect(await lane.eventsOf('object_unclaimed')).toHaveLength(1);
  await lane.store.write('landing/fills/t_20230130.ctl', Buffer.from('1'), { ifAbsent: true });
  const control = await lane.store.stat('landing/fills/t_20230130.ctl');
  const { log } = await simulate(lane.store, [[{ name: control?.name ?? '', generation: control?.generation ?? '' }]]);
  expect(log).toEqual(['cycle fills/t_20230130.csv accepted', 'ack landing/fills/t_20230130.ctl']);
});

test('while another run holds the lease it is asked again, and a cycle that fails gives all back', async () => {
  const lane = laneBench();
  const one = await dropped(lane, 'trades/t_20230130.csv', ['id', '1']);
  const faults = ['LEASE_HELD', 'LEASE_HELD', 'STORE_UNAVAILABLE'] as const;
  const { log } = await simulate(lane.store, [[one], [one]], (cycle) => {
    const code = faults[cycle - 1];
    if (code !== undefined) throw new MarketsError(code, 'A test says so.');
  });
  const name = 'landing/trades/t_20230130.csv';
  expect(log).toEqual(['failed STORE_UNAVAILABLE', `back ${name}`, 'cycle trades/t_20230130.csv accepted', `ack ${name}`]);
});
