import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { rawBytes } from './raw-bytes.ts';

const CONTENT = 'id,side\n1,BUY\n2,SELL\n';

test.each([
  ['a.csv', Buffer.from(CONTENT)],
  ['a.csv.gz', gzipSync(CONTENT)],
  ['a.csv.zst', Buffer.concat([zstdCompressSync(CONTENT.slice(0, 10)), zstdCompressSync(CONTENT.slice(10))])],
])('a record of %s is shown as its decompressed bytes', async (object, bytes) => {
  const store = createMemoryObjectStore();
  await store.write(object, bytes, { ifAbsent: true });
  expect((await rawBytes(store, object, { offset: 8, length: 5 })).toString()).toBe('1,BUY');
});

test('an archived file that ends before its record says so', async () => {
  const store = createMemoryObjectStore();
  await store.write('a.csv.zst', zstdCompressSync(CONTENT), { ifAbsent: true });
  await expect(rawBytes(store, 'a.csv.zst', { offset: 18, length: 9 })).rejects.toMatchObject({ code: 'STORE_CHECKSUM' });
});
