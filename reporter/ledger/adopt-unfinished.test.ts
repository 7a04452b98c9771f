import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { adoptUnfinished, type UnfinishedEvent } from './adopt-unfinished.ts';
import { lastAnchor } from '../../core/reports/anchors.ts';
import { findReceived } from './find-received.ts';
import { listInstances } from './heartbeat.ts';
import type { Ledger } from './ledger.ts';
import { logName } from '../../core/reports/object-names.ts';
import { eventOf, finished, instanceOf, openBench, received, type LedgerBench } from './test-support/ledger-bench.ts';

let bench: LedgerBench;
afterEach(async () => await bench.close());

const DEAD_MS = 30_001;

async function adopt(ledger: Ledger): Promise<{ readonly events: readonly UnfinishedEvent[]; readonly instances: readonly string[] }> {
  const events: UnfinishedEvent[] = [];
  const adopted = await adoptUnfinished({ store: bench.store, ledger, time: bench.time }, async (event) => {
    events.push(await Promise.resolve(event));
  });
  expect(adopted.refused).toEqual([]);
  return { events, instances: adopted.instances };
}

describe.each(['folder', 'memory'] as const)('in a store of kind %s', (kind) => {
  test('what a dead instance received and did not finish is taken on once', async () => {
    bench = await openBench(kind);
    const dead = await bench.open(1);
    for (const number of [1, 2, 3]) await dead.append(received(number));
    await dead.append(finished(2));
    bench.time.stand(DEAD_MS);
    const [second, third] = [await bench.open(2), await bench.open(3)];
    const taken = await adopt(second);
    expect(taken.instances).toEqual([instanceOf(1)]);
    expect(taken.events.map(({ eventId, from }) => [eventId, from])).toEqual([1, 3].map((number) => [eventOf(number), instanceOf(1)]));
    expect(taken.events[0]?.received).toEqual(received(1).data);
    expect(await adopt(third)).toEqual({ events: [], instances: [] });
    expect(await lastAnchor(bench.store, instanceOf(1))).toMatchObject({ by: instanceOf(2), count: 4, is_closing: true, torn_bytes: 0 });
    for (const ledger of [second, third]) await ledger.close();
  });

  test('an instance that lives is left alone; one that ended is taken on at once', async () => {
    bench = await openBench(kind);
    const [first, second] = [await bench.open(1), await bench.open(2)];
    await first.append(received(1));
    expect((await adopt(second)).events).toEqual([]);
    await first.close();
    expect((await adopt(second)).events.map(({ eventId }) => eventId)).toEqual([eventOf(1)]);
    expect(await lastAnchor(bench.store, instanceOf(1))).toMatchObject({ number: 1, by: instanceOf(1) });
    await second.close();
  });

  test('what an adopter that died had taken on is found where it was received', async () => {
    bench = await openBench(kind);
    const first = await bench.open(1);
    for (const number of [1, 2]) await first.append(received(number));
    bench.time.stand(DEAD_MS);
    const second = await bench.open(2);
    await adopt(second);
    await second.append(finished(1));
    bench.time.stand(DEAD_MS);
    const third = await bench.open(3);
    const taken = await adopt(third);
    expect(taken.events.map(({ eventId, from, instance }) => [eventId, from, instance])).toEqual([
      [eventOf(2), instanceOf(2), instanceOf(1)],
    ]);
    bench.time.stand(DEAD_MS);
    const fourth = await bench.open(4);
    expect((await adopt(fourth)).events.map(({ eventId, from }) => [eventId, from])).toEqual([[eventOf(2), instanceOf(3)]]);
    await fourth.close();
  });
});

test('an adopter that dies in the middle is succeeded, and everything is handed over', async () => {
  bench = await openBench('memory');
  const first = await bench.open(1);
  for (const number of [1, 2]) await first.append(received(number));
  bench.time.stand(DEAD_MS);
  const second = await bench.open(2);
  const broken = adoptUnfinished(
    { store: bench.store, ledger: second, time: bench.time },
    async () => await Promise.reject(new Error('killed')),
  );
  await expect(broken).rejects.toThrow('killed');
  const third = await bench.open(3);
  expect((await adopt(third)).events).toEqual([]);
  bench.time.stand(DEAD_MS);
  const fourth = await bench.open(4);
  const taken = await adopt(fourth);
  expect(new Set(taken.events.map(({ eventId }) => eventId))).toEqual(new Set([eventOf(1), eventOf(2)]));
  expect(new Set(taken.instances)).toEqual(new Set([1, 2, 3].map(instanceOf)));
  const left: string[] = [];
  for await (const { instance } of listInstances(bench.store)) left.push(instance);
  expect(left).toEqual([instanceOf(4)]);
  await fourth.close();
});

test('an adoption that broke off in a living instance goes on when it is called again', async () => {
  bench = await openBench('memory');
  const first = await bench.open(1);
  await first.append(received(1));
  bench.time.stand(DEAD_MS);
  const second = await bench.open(2);
  const options = { store: bench.store, ledger: second, time: bench.time };
  await expect(adoptUnfinished(options, async () => await Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect((await adopt(second)).events.map(({ eventId }) => eventId)).toEqual([eventOf(1)]);
  await second.close();
});

test('an event that is replayed is open again, and found in the ledger that received it', async () => {
  bench = await openBench('memory');
  const first = await bench.open(1);
  await first.append(received(1));
  await first.append(finished(1));
  await first.close();
  const second = await bench.open(2);
  expect((await adopt(second)).events).toEqual([]);
  await second.append({ kind: 'replayed', eventId: eventOf(1), reportId: null, data: { by: 'somebody', why: 'the regulator was down' } });
  await second.close();
  const third = await bench.open(3);
  expect((await adopt(third)).events.map(({ eventId, instance }) => [eventId, instance])).toEqual([[eventOf(1), instanceOf(1)]]);
  expect((await findReceived(bench.store, eventOf(1)))?.received).toEqual(received(1).data);
  expect(await findReceived(bench.store, eventOf(9))).toBeNull();
  await third.close();
});

test('an entry that was being written when the instance died is named by the closing anchor, and is no entry', async () => {
  bench = await openBench('folder');
  const first = await bench.open(1);
  await first.append(received(1));
  await appendFile(join(bench.folder, logName(instanceOf(1))), '{"at":"2023-01-30T06:0');
  bench.time.stand(DEAD_MS);
  const second = await bench.open(2);
  expect((await adopt(second)).events.map(({ eventId }) => eventId)).toEqual([eventOf(1)]);
  expect(await lastAnchor(bench.store, instanceOf(1))).toMatchObject({ count: 1, torn_bytes: 22 });
  await second.close();
});

test('a ledger that does not verify is taken on by nobody, and the others are', async () => {
  bench = await openBench('folder');
  const [first, second] = [await bench.open(1), await bench.open(2)];
  await first.append(received(1));
  await second.append(received(2));
  await appendFile(join(bench.folder, logName(instanceOf(1))), '{"at":"2023-01-30T06:0"}\n');
  bench.time.stand(DEAD_MS);
  const third = await bench.open(3);
  const events: string[] = [];
  const adopted = await adoptUnfinished({ store: bench.store, ledger: third, time: bench.time }, async ({ eventId }) => {
    events.push(await Promise.resolve(eventId));
  });
  expect(adopted.refused.map(({ instance, error }) => [instance, error.code])).toEqual([[instanceOf(1), 'LEDGER_DAMAGED']]);
  expect(events).toEqual([eventOf(2)]);
  await third.close();
});

test('every content that came under one event is taken on, also from an adopter that died', async () => {
  bench = await openBench('memory');
  const first = await bench.open(1);
  const other = { ...received(1), data: { ...received(1).data, sha256: 'f'.repeat(64) } };
  for (const entry of [received(1), other, received(1)]) await first.append(entry);
  bench.time.stand(DEAD_MS);
  const second = await bench.open(2);
  const contents = ({ events }: { readonly events: readonly UnfinishedEvent[] }): readonly string[] =>
    events.map((each) => each.received.sha256);
  const both = [received(1).data.sha256, other.data.sha256];
  expect(contents(await adopt(second))).toEqual(both);
  const third = { ...other, data: { ...other.data, sha256: 'e'.repeat(64) } };
  await second.append(third);
  bench.time.stand(DEAD_MS);
  const last = await bench.open(3);
  expect(contents(await adopt(last)).toSorted()).toEqual([...both, third.data.sha256].toSorted());
  await last.close();
});
