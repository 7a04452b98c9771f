import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { lastAnchor } from '../../core/reports/anchors.ts';
import { isDead } from './heartbeat.ts';
import { logName } from '../../core/reports/object-names.ts';
import { openLedger } from './open-ledger.ts';
import { finished, instanceOf, openBench, received, type LedgerBench } from './test-support/ledger-bench.ts';

let bench: LedgerBench;
afterEach(async () => await bench.close());

async function names(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of store.list(prefix)) found.push(name.slice(prefix.length));
  return found;
}

/** A store that refuses a kind of write from the nth on. */
function refusing(store: ObjectStore, part: string, from: number): ObjectStore {
  let writes = 0;
  return {
    ...store,
    write: async (name, content, condition) => {
      if (name.includes(part) && ++writes >= from) throw new MarketsError('STORE_UNAVAILABLE', 'refused');
      return await store.write(name, content, condition);
    },
  };
}

describe.each(['folder', 'memory'] as const)('in a store of kind %s', (kind) => {
  test('an entry that was appended can be read, and its place is the next one', async () => {
    bench = await openBench(kind);
    const ledger = await bench.open(1);
    const placed = await Promise.all([1, 2, 3].map(async (number) => await ledger.append(received(number))));
    expect(placed.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(ledger.state()).toEqual({ waiting: 0, waitingBytes: 0, count: 3, failure: null });
    const [object = ''] = await names(bench.store, 'control/reports/ledger/');
    expect(object).toBe(kind === 'folder' ? `${instanceOf(1)}/log.jsonl` : `${instanceOf(1)}/000000000001.jsonl`);
    await ledger.close();
  });

  test('after close nothing is taken, and the closing anchor says how long the chain is', async () => {
    bench = await openBench(kind);
    const ledger = await bench.open(1);
    const { hash } = await ledger.append(received(1));
    expect(await isDead(bench.store, instanceOf(1))).toBe(false);
    await ledger.close();
    await ledger.close();
    await expect(ledger.append(received(2))).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_CLOSED' }));
    expect(await lastAnchor(bench.store, instanceOf(1))).toMatchObject({ count: 1, head_hash: hash, is_closing: true });
    expect(await isDead(bench.store, instanceOf(1))).toBe(true);
  });

  test('two processes with the name of one instance do not write one ledger', async () => {
    bench = await openBench(kind);
    const ledger = await bench.open(1);
    await ledger.append(received(1));
    if (kind === 'folder') {
      await expect(bench.open(1)).rejects.toThrow(expect.objectContaining({ code: 'STORE_EXISTS' }));
    } else {
      const other = await bench.open(1);
      await expect(other.append(received(2))).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_FAILED' }));
      await other.close();
    }
    await ledger.close();
  });
});

test('entries that come while a group is written go together', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1);
  await Promise.all(Array.from({ length: 50 }, async (_, number) => await ledger.append(received(number))));
  expect(await names(bench.store, `control/reports/ledger/${instanceOf(1)}/`)).toEqual(['000000000001.jsonl']);
  await ledger.close();
});

test('a queue that is full takes nothing, and says so', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1, { limits: { waitingEntriesMax: 2 } });
  const taken = [ledger.append(received(1)), ledger.append(received(2))];
  await expect(ledger.append(received(3))).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_FULL' }));
  expect((await Promise.all(taken)).map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await ledger.append(received(4))).seq).toBe(3);
  await ledger.close();
});

test('a write that fails ends the ledger: nothing is chained behind it, and no closing anchor vouches for it', async () => {
  bench = await openBench('memory');
  const failures: string[] = [];
  const store = refusing(bench.store, '/ledger/', 2);
  const ledger = await openLedger({
    store,
    time: bench.time,
    instance: instanceOf(1),
    limits: { gatherMs: 0 },
    onFailure: ({ code }) => failures.push(code),
  });
  await ledger.append(received(1));
  const failing = [ledger.append(received(2)), ledger.append(received(3))];
  for (const one of failing) await expect(one).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_FAILED' }));
  await expect(ledger.append(received(4))).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_FAILED' }));
  await ledger.close();
  expect(failures).toEqual(['LEDGER_FAILED']);
  expect(await lastAnchor(bench.store, instanceOf(1))).toBeNull();
  expect(await isDead(bench.store, instanceOf(1))).toBe(false);
  await bench.time.advance(30_001);
  expect(await isDead(bench.store, instanceOf(1))).toBe(true);
});

test('every minute an anchor says how long the chain is, where something was appended', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1, { heartbeatSeconds: 3600 });
  await ledger.append(received(1));
  await bench.time.advance(60_000);
  await bench.time.advance(60_000);
  await ledger.append(finished(1));
  await bench.time.advance(60_000);
  expect(await names(bench.store, 'control/reports/anchors/')).toEqual([1, 2].map((seq) => `${instanceOf(1)}/00000000000${seq}.json`));
  expect(await lastAnchor(bench.store, instanceOf(1))).toMatchObject({ number: 2, count: 2, is_closing: false });
  await ledger.close();
});

test('an instance that stood still for three heartbeats writes no more, for others may have taken over', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1);
  await ledger.append(received(1));
  bench.time.stand(30_001);
  expect(await isDead(bench.store, instanceOf(1))).toBe(true);
  await expect(ledger.append(received(2))).rejects.toThrow(expect.objectContaining({ code: 'LEDGER_FAILED' }));
  expect(await names(bench.store, `control/reports/ledger/${instanceOf(1)}/`)).toHaveLength(1);
  await ledger.close();
});

test('an instance lives as long as its heart beats', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1);
  for (let beats = 0; beats < 10; beats += 1) await bench.time.advance(10_000);
  expect(await isDead(bench.store, instanceOf(1))).toBe(false);
  await ledger.append(received(1));
  await ledger.close();
});

test('an instance whose beats take long lives on, for each begins when it is due', async () => {
  bench = await openBench('memory');
  const { time } = bench;
  const store: ObjectStore = {
    ...bench.store,
    write: async (name, content, condition) => {
      if (time.monotonicMs() > 0 && name.includes('/instances/')) await time.wait(14_000, new AbortController().signal);
      return await bench.store.write(name, content, condition);
    },
  };
  const ledger = await openLedger({ store, time, instance: instanceOf(1), limits: { gatherMs: 0 } });
  for (let seconds = 1; seconds <= 100; seconds += 1) {
    await time.advance(1000);
    await ledger.append(received(seconds));
  }
  expect(await isDead(bench.store, instanceOf(1))).toBe(false);
  const closing = ledger.close();
  for (let seconds = 0; seconds < 30; seconds += 1) await time.advance(1000);
  await closing;
});

test('data that are none of their kind are not written', async () => {
  bench = await openBench('memory');
  const ledger = await bench.open(1);
  const bad = { ...received(1), data: { ...received(1).data, sha256: 'x' } };
  await expect(ledger.append(bad)).rejects.toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  expect((await ledger.append(received(2))).seq).toBe(1);
  await ledger.close();
});

test('the log of a folder is one file that only grows', async () => {
  bench = await openBench('folder');
  const ledger = await bench.open(1);
  await ledger.append(received(1));
  const path = join(bench.folder, logName(instanceOf(1)));
  const before = await readFile(path, 'utf8');
  await ledger.append(received(2));
  expect((await readFile(path, 'utf8')).startsWith(before)).toBe(true);
  await appendFile(path, '');
  await ledger.close();
});
