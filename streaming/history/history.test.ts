import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDuckdbHistoryFiles } from '../../core/adapters/duckdb/duckdb-history-files.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { createMemoryObjectStore } from '../../core/adapters/memory-object-store.ts';
import { ParquetWriter } from '../../core/engine/parquet/parquet-writer.ts';
import { column, specOf } from '../../core/engine/test-support/spec-of.ts';
import type { HistoryFiles } from '../../core/ports/history-files.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { batchBytes, type BatchManifest } from '../../core/stream/batch-manifest.ts';
import { sha256Of } from '../../core/stream/sha256-of.ts';
import { newestHistory } from '../../core/stream/history-manifest.ts';
import { rangesAsTexts, unionRanges } from '../../core/stream/offset-ranges.ts';
import { batchName, partName } from '../../core/stream/object-names.ts';
import { checkHistory } from './check-history.ts';
import { compactHistory, expireHistory } from './compact-history.ts';
import type { HistoryParts } from './history-parts.ts';
import { writeHistory } from './write-history.ts';

const NOW = '2026-01-08T00:00:00.000000Z';
const TIMESTAMP = { kind: 'TIMESTAMP' } as const;
const STRING = { kind: 'STRING' } as const;
const SPEC = {
  ...specOf({
    name: 'ticks',
    schema: [
      column({ name: 'instrument' }),
      column({ name: 'price', type: { kind: 'DECIMAL', precision: 18, scale: 9 } }),
      column({ name: 'at', type: TIMESTAMP }),
    ],
    canonical: {
      entity: 'prices',
      map: [
        { column: 'instrument_id', expression: { kind: 'column', type: STRING, name: 'instrument' }, origin: 'spec' },
        { column: 'price_time', expression: { kind: 'column', type: TIMESTAMP, name: 'at' }, origin: 'spec' },
      ],
    },
  }),
};
const ENVELOPE = [
  { name: 'subscription_name', type: STRING, repeated: false },
  { name: 'message_id', type: STRING, repeated: false },
  { name: 'publish_time', type: TIMESTAMP, repeated: false },
  { name: 'data', type: { kind: 'BYTES' }, repeated: false },
  { name: 'attributes', type: { kind: 'JSON' }, repeated: false },
] as const;

let scratch = '';
let files: HistoryFiles;
const signal = new AbortController().signal;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'history-'));
  files = await openDuckdbHistoryFiles(scratch);
});
afterEach(async () => {
  await files.close();
  await rm(scratch, { recursive: true, force: true });
});

function partsOf(store: ObjectStore): HistoryParts {
  return { store, files, spec: SPEC, scratch, now: () => NOW };
}

interface Tick {
  readonly offset: number;
  readonly instrument: string;
  readonly price: string;
  readonly at: string;
}

/** Batches as the sink commits them. */
async function commit(
  store: ObjectStore,
  batches: readonly (readonly Tick[])[],
  before: { seq: number; sha256: string | null } = { seq: 0, sha256: null },
) {
  let { seq, sha256 } = before;
  for (const ticks of batches) {
    seq += 1;
    const path = join(scratch, `part-${String(seq)}.parquet`);
    const writer = new ParquetWriter(path, ENVELOPE);
    for (const { offset, instrument, price, at } of ticks) {
      const attributes = { kafka_topic: 't', kafka_partition: '0', kafka_offset: String(offset), kafka_timestamp: at };
      writer.append(['s', String(offset), 0n, Buffer.from(JSON.stringify({ instrument, price, at })), JSON.stringify(attributes)]);
    }
    writer.finish();
    const bytes = await readFile(path);
    const object = partName('ticks', 'messages', '2026-01-07', seq, 'w');
    await store.write(object, bytes, { ifAbsent: true });
    const manifest: BatchManifest = {
      ...{
        seq,
        writer: 'w',
        at: NOW,
        source: 'ticks',
        kind: 'messages' as const,
        offsets: offsetsOf(ticks),
        unplaced: [],
        duplicates_dropped: 0,
      },
      parts: [{ object, kind: 'messages', rows: ticks.length, bytes: bytes.length, sha256: sha256Of(bytes) }],
      ...{ min_publish_time: NOW, max_publish_time: NOW, prev_sha256: sha256 },
    };
    const text = batchBytes(manifest);
    await store.write(batchName('ticks', seq), text, { ifAbsent: true });
    sha256 = sha256Of(text);
  }
  return { seq, sha256 };
}

function offsetsOf(ticks: readonly Tick[]): BatchManifest['offsets'] {
  const ranges = rangesAsTexts(unionRanges(ticks.map(({ offset }) => [BigInt(offset), BigInt(offset)] as const)));
  return [{ kind: 'messages', kafka_topic: 't', partition: 0, ranges }];
}

const TICKS: readonly (readonly Tick[])[] = [
  [
    { offset: 0, instrument: 'B', price: '123456789.123456789', at: '2026-01-05T10:00:00.000002Z' },
    { offset: 1, instrument: 'A', price: '2', at: '2026-01-05T23:59:59.999999Z' },
    { offset: 2, instrument: 'A', price: '1', at: '2026-01-06T00:00:00.000000Z' },
  ],
  [{ offset: 3, instrument: 'A', price: '3', at: '2026-01-05T10:00:00.000001Z' }],
];

async function rowsOf(names: readonly string[], root: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const list = names.map((name) => `'${join(root, name)}'`).join(', ');
  const reader = await connection.run(
    `SELECT instrument, CAST(price AS VARCHAR), CAST("at" AS VARCHAR), day FROM read_parquet([${list}], hive_partitioning = true)`,
  );
  const rows = await reader.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

test('records lie by UTC day of their event time, sorted by instrument and time, and every digit is there', async () => {
  const root = join(scratch, 'root');
  const store = createFolderObjectStore(root);
  await commit(store, TICKS);
  expect(await writeHistory(partsOf(store), signal)).toEqual({ source: 'ticks', batches: 2, rows: 4, files: 2, through_batch: 2 });
  const state = await newestHistory(store, 'ticks');
  const names = state!.files.map(({ object }) => object);
  expect(names).toEqual([
    'history/ticks/year=2026/month=01/day=05/part-000000000001-000000000002.parquet',
    'history/ticks/year=2026/month=01/day=06/part-000000000001-000000000002.parquet',
  ]);
  expect(await rowsOf(names, root)).toEqual([
    ['A', '3.000000000', '2026-01-05 10:00:00.000001+00', '05'],
    ['A', '2.000000000', '2026-01-05 23:59:59.999999+00', '05'],
    ['B', '123456789.123456789', '2026-01-05 10:00:00.000002+00', '05'],
    ['A', '1.000000000', '2026-01-06 00:00:00+00', '06'],
  ]);
});

test('a call again adds nothing, and what a broken call left is written again with the same bytes', async () => {
  const [one, two] = [createMemoryObjectStore(), createMemoryObjectStore()];
  for (const store of [one, two]) await commit(store, TICKS);
  await two.write('history/ticks/year=2026/month=01/day=05/part-000000000001-000000000002.parquet', Buffer.from('torn'), {
    ifAbsent: true,
  });
  for (const store of [one, two]) await writeHistory(partsOf(store), signal);
  expect(await newestHistory(two, 'ticks')).toEqual(await newestHistory(one, 'ticks'));
  expect(await writeHistory(partsOf(one), signal)).toMatchObject({ batches: 0, through_batch: 2 });
});

test('compaction makes one file a day; the old ones stay until the state after', async () => {
  const root = join(scratch, 'root');
  const store = createFolderObjectStore(root);
  const before = await commit(store, [TICKS[0]!]);
  await writeHistory(partsOf(store), signal);
  await commit(store, [TICKS[1]!], before);
  await writeHistory(partsOf(store), signal);
  const scattered = await newestHistory(store, 'ticks');
  expect(scattered!.files).toHaveLength(3);
  expect(await compactHistory(partsOf(store), signal)).toEqual({ source: 'ticks', days: 1, files_before: 3, files_after: 2 });
  const compacted = await newestHistory(store, 'ticks');
  const day = join(root, 'history/ticks/year=2026/month=01/day=05');
  expect((await readdir(day)).length).toBe(3);
  expect((await rowsOf([compacted!.files[0]!.object], root)).map((row) => (row as unknown[])[1])).toEqual([
    '3.000000000',
    '2.000000000',
    '123456789.123456789',
  ]);
  expect(await compactHistory(partsOf(store), signal)).toMatchObject({ days: 0 });
  expect(await expireHistory(partsOf(store), '2026-01-06', false)).toMatchObject({ objects: 1 });
  expect((await readdir(day)).length).toBe(3);
  expect(await expireHistory(partsOf(store), '2026-01-06', true)).toMatchObject({ objects: 1 });
  expect(await readdir(day).catch(() => [])).toEqual([]);
  expect((await newestHistory(store, 'ticks'))!.files.map(({ day: kept }) => kept)).toEqual(['2026-01-06']);
});

test.each([
  ['a folder', () => createFolderObjectStore(join(scratch, 'root'))],
  ['a store that has to be copied', () => createMemoryObjectStore()],
])('a query of a day reads the files of that day and no other: %s', async (_, open) => {
  const store = open();
  const days = Array.from({ length: 9 }, (_day, index): readonly Tick[] => [
    { offset: index, instrument: 'A', price: '1', at: `2026-01-0${String(index + 1)}T12:00:00.000000Z` },
  ]);
  await commit(store, days);
  await writeHistory(partsOf(store), signal);
  const frame = { source: 'ticks', files: 9, is_good: true };
  expect(await checkHistory(partsOf(store), '2026-01-04')).toEqual({
    ...frame,
    date: '2026-01-04',
    files_of_day: 1,
    files_scanned: 1,
    rows: 1,
    rows_expected: 1,
  });
  expect(await checkHistory(partsOf(store), '2026-02-04')).toMatchObject({ files_of_day: 0, rows: 0, is_good: true });
});
