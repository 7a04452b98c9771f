/** What every object store must do. Each adapter's test calls this with a way to make an empty store. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { isMarketsError } from '../errors/markets-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { crc32c, crc32cHex } from '../identity/crc32c.ts';
import { collect } from './object-content.ts';
import type { ObjectStore } from './object-store.ts';

export function objectStoreContract(title: string, makeStore: () => Promise<ObjectStore>): void {
  describe(`${title} keeps the contract of object stores`, () => {
    test('what is written is read back, with its size and checksum', async () => {
      const store = await makeStore();
      const written = await store.write('a/b.txt', Buffer.from('123456789'), { ifAbsent: true });
      expect(written).toMatchObject({ name: 'a/b.txt', sizeBytes: 9, crc32c: 'e3069283' });
      expect((await store.read('a/b.txt')).toString()).toBe('123456789');
      expect((await collect(await store.readStream('a/b.txt'))).toString()).toBe('123456789');
      expect(await store.stat('a/b.txt')).toMatchObject({ name: 'a/b.txt', sizeBytes: 9, generation: written.generation });
    });

    test('an empty object is an object', async () => {
      const store = await makeStore();
      await store.write('empty', Buffer.alloc(0), { ifAbsent: true });
      expect(await store.read('empty')).toHaveLength(0);
      expect((await store.stat('empty'))?.sizeBytes).toBe(0);
    });

    test('a stream of several chunks is written whole', async () => {
      const store = await makeStore();
      const chunks = Array.from({ length: 50 }, (_, i) => Buffer.alloc(10_000, i));
      const whole = Buffer.concat(chunks);
      const written = await store.write('big', Readable.from(chunks), { ifAbsent: true });
      expect(written.crc32c).toBe(crc32cHex(crc32c(whole)));
      expect((await store.read('big')).equals(whole)).toBe(true);
    });

    test('a stream that breaks leaves no object', async () => {
      const store = await makeStore();
      async function* broken(): AsyncGenerator<Buffer> {
        yield await Promise.resolve(Buffer.from('half'));
        throw new Error('the source broke');
      }
      await expect(store.write('half', Readable.from(broken()), { ifAbsent: true })).rejects.toThrow();
      expect(await store.stat('half')).toBeUndefined();
      expect(await names(store, '')).toEqual([]);
    });

    test('create-if-absent refuses a taken name and leaves it as it was', async () => {
      const store = await makeStore();
      const first = await store.write('lock', Buffer.from('1'), { ifAbsent: true });
      await refused('STORE_EXISTS', store.write('lock', Buffer.from('2'), { ifAbsent: true }));
      expect((await store.read('lock')).toString()).toBe('1');
      expect((await store.stat('lock'))?.generation).toBe(first.generation);
    });

    test('of many that create the same name at once exactly one wins', async () => {
      const store = await makeStore();
      const tries = Array.from({ length: 12 }, async (_, i) => store.write('race', Buffer.from(`winner ${i}`), { ifAbsent: true }));
      const settled = await Promise.allSettled(tries);
      expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      const winner = settled.findIndex((one) => one.status === 'fulfilled');
      expect((await store.read('race')).toString()).toBe(`winner ${winner}`);
    });

    test('overwriting gives a new generation, and readers of the old one are told', async () => {
      const store = await makeStore();
      const first = await store.write('x', Buffer.from('1'), { ifAbsent: true });
      const second = await store.write('x', Buffer.from('2'), { overwrite: true });
      expect(second.generation).not.toBe(first.generation);
      await refused('STORE_PRECONDITION', store.read('x', { generation: first.generation }));
      await refused('STORE_PRECONDITION', store.delete('x', { generation: first.generation }));
      expect((await store.read('x', { generation: second.generation })).toString()).toBe('2');
    });

    test('a range is read by first byte and byte after the last', async () => {
      const store = await makeStore();
      await store.write('range', Buffer.from('0123456789'), { ifAbsent: true });
      expect((await store.read('range', { start: 3, end: 6 })).toString()).toBe('345');
      expect((await store.read('range', { start: 8, end: 99 })).toString()).toBe('89');
      expect((await collect(await store.readStream('range', { start: 7 }))).toString()).toBe('789');
    });

    test('reading refuses more than it is allowed', async () => {
      const store = await makeStore();
      await store.write('large', Buffer.alloc(100), { ifAbsent: true });
      await refused('STORE_TOO_LARGE', store.read('large', { maxBytes: 99 }));
      expect(await store.read('large', { maxBytes: 100 })).toHaveLength(100);
    });

    test('a missing object is STORE_NOT_FOUND, its stat undefined, its deletion nothing', async () => {
      const store = await makeStore();
      await refused('STORE_NOT_FOUND', store.read('gone/away'));
      await refused('STORE_NOT_FOUND', store.readStream('gone/away'));
      await refused('STORE_NOT_FOUND', store.copy('gone/away', 'b', { sourceGeneration: '1' }));
      expect(await store.stat('gone/away')).toBeUndefined();
      await store.delete('gone/away', { generation: '1' });
    });

    test('listing is by prefix and in byte order of the whole name', async () => {
      const store = await makeStore();
      const all = ['a-b', 'a.txt', 'a/1', 'a/b/c', 'a/ä', 'a0', 'b/🂡', 'b/ｚ'];
      for (const name of [...all].reverse()) await store.write(name, Buffer.from(name), { ifAbsent: true });
      expect(await names(store, '')).toEqual(['a-b', 'a.txt', 'a/1', 'a/b/c', 'a/ä', 'a0', 'b/ｚ', 'b/🂡']);
      expect(await names(store, 'a/')).toEqual(['a/1', 'a/b/c', 'a/ä']);
      expect(await names(store, 'a/b')).toEqual(['a/b/c']);
      expect(await names(store, 'nothing/')).toEqual([]);
    });

    test('a copy keeps the bytes and never replaces', async () => {
      const store = await makeStore();
      const from = await store.write('from', Buffer.from('123456789'), { ifAbsent: true });
      expect((await store.copy('from', 'to/it', { sourceGeneration: from.generation })).crc32c).toBe('e3069283');
      await refused('STORE_EXISTS', store.copy('from', 'to/it', { sourceGeneration: from.generation }));
      await refused('STORE_PRECONDITION', store.copy('from', 'other', { sourceGeneration: 'not this' }));
      expect((await store.read('to/it')).toString()).toBe('123456789');
    });

    test('a deleted object is gone and its name free', async () => {
      const store = await makeStore();
      const first = await store.write('x/y', Buffer.from('1'), { ifAbsent: true });
      await store.delete('x/y', { generation: first.generation });
      expect(await names(store, '')).toEqual([]);
      await store.write('x/y', Buffer.from('2'), { ifAbsent: true });
      expect((await store.read('x/y')).toString()).toBe('2');
    });

    test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../../b', './a', 'a/..', 'a\0b', 'x'.repeat(1025), 'a/.store-00ff.tmp'])(
      'the name %j is refused',
      async (name) => {
        const store = await makeStore();
        await refused('STORE_NAME', store.write(name, Buffer.from('1'), { ifAbsent: true }));
        await refused('STORE_NAME', store.read(name));
        await refused('STORE_NAME', store.stat(name));
        await refused('STORE_NAME', store.delete(name, { generation: '1' }));
      },
    );

    test('names that only look like paths are plain names', async () => {
      const store = await makeStore();
      for (const name of ['..a', 'a..', 'C:\\x', '~', '%2e%2e', 'a b', '-rf']) {
        await store.write(name, Buffer.from(name), { ifAbsent: true });
        expect((await store.read(name)).toString()).toBe(name);
      }
    });

    test('the clock of the store goes on and stands behind what it writes', async () => {
      const store = await makeStore();
      const before = await store.now();
      const written = await store.write('t', Buffer.from('1'), { ifAbsent: true });
      // File systems keep time in ticks of some milliseconds.
      expect(written.updatedAtMs).toBeGreaterThanOrEqual(before - 20);
      expect(await store.now()).toBeGreaterThanOrEqual(written.updatedAtMs);
    });
  });
}

async function names(store: ObjectStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const info of store.list(prefix)) found.push(info.name);
  return found;
}

async function refused(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isMarketsError(error) ? error.code : error).toBe(code);
}
