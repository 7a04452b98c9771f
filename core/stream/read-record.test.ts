import { expect, test } from 'vitest';
import { createMemoryObjectStore } from '../adapters/memory-object-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { readRecordName, writerName } from './object-names.ts';
import { listReadRecords, readReadRecord, writeReadRecord, type ReadRecord } from './read-record.ts';

const RECORD: ReadRecord = {
  writer: writerName('2023-01-30T06:00:00.000000Z', '0123abcd'),
  seq: 1,
  at: '2023-01-30T06:00:30.000000Z',
  from: '2023-01-30T06:00:00.000000Z',
  source: 'exchange_trades',
  kafka_topic: 'exchange.trades',
  spec_version: 'ab',
  partitions: [
    {
      partition: 0,
      ranges: [['0', '9']],
      count: 10,
      checksum: '45',
      dead_lettered: [['3', '3']],
      skipped: [],
      in_doubt: [],
      lag_messages: 4,
      lag_ms: null,
    },
  ],
  published: 9,
  dead_lettered: 1,
  bytes: 3000,
  publish_latency_ms: { p50: 2.5, p99: null },
};

async function namesAfter(store: ObjectStore, after?: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of listReadRecords(store, 'exchange_trades', after)) names.push(name);
  return names;
}

test('a record comes back as it was written, and is written once', async () => {
  const store = createMemoryObjectStore();
  const name = await writeReadRecord(store, RECORD);
  expect(name).toBe('control/streams/exchange_trades/reads/20230130T060000-0123abcd/000000000001.json');
  expect(await readReadRecord(store, name)).toEqual(RECORD);
  await expect(writeReadRecord(store, RECORD)).rejects.toMatchObject({ code: 'STORE_EXISTS' });
  await writeReadRecord(store, { ...RECORD, seq: 2 });
  const second = readRecordName('exchange_trades', RECORD.writer, 2);
  expect(await namesAfter(store)).toEqual([name, second]);
  expect(await namesAfter(store, name)).toEqual([second]);
});

test.each(['', '{}', JSON.stringify({ ...RECORD, more: 1 })])('what is no record is refused: %s', async (text) => {
  const store = createMemoryObjectStore();
  await store.write('x.json', Buffer.from(text), { ifAbsent: true });
  await expect(readReadRecord(store, 'x.json')).rejects.toMatchObject({ code: 'STREAM_STATE' });
});
