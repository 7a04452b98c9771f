import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../adapters/memory-object-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ChainHead } from './event.ts';
import { closingHash, readEventLog, type EventLog } from './event-log.ts';
import { newRunId } from './event-names.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import { sealClosedDays } from './seal-days.ts';
import { verifyChain } from './verify-chain.ts';

const AT = '2023-01-30T06:00:00.000000Z';
let ids = 0;

interface OpenRun {
  readonly runId: string;
  readonly writer: EventWriter;
  readonly say: (object: string) => Promise<void>;
  readonly finish: () => Promise<void>;
}

/** Begins a run that follows what the log says at this moment. */
async function begin(store: ObjectStore, epoch: number, date = '2023-01-30'): Promise<OpenRun> {
  const last = (await readEventLog(store)).runs.at(-1);
  return await beginAfter(
    store,
    epoch,
    last === undefined ? null : { run_id: last.run_id, closing_hash: closingHash(last), heads: last.heads },
    date,
  );
}

type Previous = { readonly run_id: string; readonly closing_hash: string | null; readonly heads: readonly ChainHead[] } | null;

async function beginAfter(store: ObjectStore, epoch: number, previous: Previous, date = '2023-01-30'): Promise<OpenRun> {
  const runId = newRunId(epoch, 'abcdef01');
  const writer = createEventWriter({ store, runId, writer: 'main', date, newId: () => `id${(ids += 1)}` });
  writer.append({ type: 'run_started', at: AT, data: { epoch, now: AT, engine_version: '1', previous } });
  await writer.flush();
  return {
    runId,
    writer,
    async say(object) {
      writer.append({ type: 'object_unclaimed', at: AT, data: { object, generation: '1', bytes: 1 } });
      await writer.flush();
    },
    async finish() {
      const head = writer.head();
      const heads = head === null ? [] : [head];
      const data = { status: 'ok' as const, heads, previous_closing_hash: previous?.closing_hash ?? null, steps: [], error: null };
      writer.append({ type: 'run_finished', at: AT, data });
      await writer.flush();
    },
  };
}

function told(log: EventLog): string[] {
  return log.runs.flatMap((run) => run.events).flatMap((event) => (event.type === 'object_unclaimed' ? [event.data.object] : []));
}

async function threeRuns(): Promise<ObjectStore> {
  const store = createMemoryObjectStore();
  for (const [epoch, object] of [
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ] as const) {
    const run = await begin(store, epoch);
    await run.say(object);
    await run.finish();
  }
  return store;
}

async function rewrite(store: ObjectStore, name: string, change: (text: string) => string): Promise<void> {
  await store.write(name, Buffer.from(change((await store.read(name)).toString())), { overwrite: true });
}

async function names(store: ObjectStore): Promise<string[]> {
  const found = [];
  for await (const { name } of store.list('control/events/')) found.push(name);
  return found;
}

test('runs follow each other in one chain that verifies', async () => {
  const log = await readEventLog(await threeRuns());
  expect(told(log)).toEqual(['a', 'b', 'c']);
  expect(log.ignored).toEqual([]);
  expect(verifyChain(log)).toEqual([]);
});

test('a changed word in any event is found', async () => {
  const store = await threeRuns();
  for (const name of await names(store)) {
    const before = (await store.read(name)).toString();
    await rewrite(store, name, (text) => text.replace('"at":"2023-01-30T06', '"at":"2023-01-30T07'));
    expect(verifyChain(await readEventLog(store))).toHaveLength(1);
    await rewrite(store, name, () => before);
  }
});

test('an event that is taken out of an earlier run breaks the chain', async () => {
  const store = await threeRuns();
  const [, second] = await names(store);
  const found = await store.stat(second ?? '');
  await store.delete(second ?? '', { generation: found?.generation ?? '' });
  await expect(readEventLog(store)).rejects.toMatchObject({ code: 'EVENTS_CHAIN' });
});

test('a run that is taken out breaks the chain', async () => {
  const store = await threeRuns();
  for await (const { name, generation } of store.list('control/events/date=2023-01-30/00000002')) await store.delete(name, { generation });
  expect(verifyChain(await readEventLog(store))).toMatchObject([{ problem: 'The run before is not there.' }]);
});

test('what a holder appends after its lease was taken over counts for nobody', async () => {
  const store = createMemoryObjectStore();
  const stale = await begin(store, 1);
  await stale.say('in time');
  const next = await begin(store, 2);
  await stale.say('too late');
  await stale.finish();
  await next.say('next');
  const log = await readEventLog(store);
  expect(told(log)).toEqual(['in time', 'next']);
  expect(log.ignored).toHaveLength(2);
  expect(verifyChain(log)).toEqual([]);
});

test('a run whose beginning came after it had lost its lease counts for nobody', async () => {
  const store = createMemoryObjectStore();
  const first = await begin(store, 1);
  await first.finish();
  const previous = (await readEventLog(store)).runs.at(-1);
  const third = await begin(store, 3);
  await third.say('third');
  const late = await beginAfter(
    store,
    2,
    previous === undefined ? null : { run_id: previous.run_id, closing_hash: closingHash(previous), heads: previous.heads },
  );
  await late.say('late');
  expect(told(await readEventLog(store))).toEqual(['third']);
  const fourth = await begin(store, 4);
  await fourth.say('fourth');
  expect(told(await readEventLog(store))).toEqual(['third', 'fourth']);
});

test('closed days are sealed into one object each, with the same lines and the same meaning', async () => {
  const store = createMemoryObjectStore();
  for (const [epoch, date] of [
    [1, '2023-01-30'],
    [2, '2023-01-30'],
    [3, '2023-01-31'],
    [4, '2023-02-01'],
  ] as const) {
    const run = await begin(store, epoch, date);
    await run.say(`${date} ${epoch}`);
    await run.finish();
  }
  const before = await readEventLog(store);
  expect(await sealClosedDays(store, '2023-02-01')).toEqual(['2023-01-30', '2023-01-31']);
  expect(await names(store)).toEqual([
    'control/events/date=2023-01-30/sealed.jsonl',
    'control/events/date=2023-01-31/sealed.jsonl',
    'control/events/date=2023-02-01/00000004-abcdef01/main/00000001.jsonl',
    'control/events/date=2023-02-01/00000004-abcdef01/main/00000002.jsonl',
    'control/events/date=2023-02-01/00000004-abcdef01/main/00000003.jsonl',
  ]);
  expect(await readEventLog(store)).toEqual(before);
  expect(await sealClosedDays(store, '2023-02-01')).toEqual([]);
});

test('a seal that was broken off after its object was made is finished by the next one', async () => {
  const store = await threeRuns();
  const before = await readEventLog(store);
  const stopped: ObjectStore = { ...store, delete: async () => await Promise.reject(new Error('killed')) };
  await expect(sealClosedDays(stopped, '2023-02-01')).rejects.toThrow('killed');
  expect(await readEventLog(store)).toEqual(before);
  await sealClosedDays(store, '2023-02-01');
  expect(await names(store)).toHaveLength(1);
  expect(await readEventLog(store)).toEqual(before);
});

test('lines end with LF only: other line separators are part of a name', async () => {
  const store = createMemoryObjectStore();
  const run = await begin(store, 1);
  await run.say('a\u2028b\u0085c\rd');
  expect(told(await readEventLog(store))).toEqual(['a\u2028b\u0085c\rd']);
});

test('a segment is written once: another writer of the same run is refused', async () => {
  const store = createMemoryObjectStore();
  await begin(store, 1);
  await expect(begin(createMemoryObjectStore(), 1)).resolves.toBeDefined();
  await expect(beginAfter(store, 1, null)).rejects.toMatchObject({ code: 'STORE_EXISTS' });
});
