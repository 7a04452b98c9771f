import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import type { EventData } from '../../core/events/event.ts';
import { tradeId } from '../../core/identity/trade-id.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { createDbtWorker } from '../transform/dbt-process.ts';
import { DBT_PROJECT_FOLDER, projectFolder } from '../transform/project/assemble-project.ts';
import { snapshotPath } from '../transform/snapshot.ts';
import { BANK_SPECS, BANK_WEEK } from '../transform/test-support/bank-week.ts';
import { DeliveredRoot } from '../transform/test-support/delivered-root.ts';
import { transform } from '../transform/transform.ts';
import { readExtractFormat, type ExtractFormat } from './extract-format.ts';
import { remakeExtract } from './remake-extract.ts';
import { writeExtract } from './write-extract.ts';

const worker = createDbtWorker({ timeoutMs: 300_000 });
const DATE = '2023-01-31';
const AS_OF = '2023-01-31T18:00:00.000000Z';
let folder = '';
let root: DeliveredRoot;
let store: ObjectStore;
let sent: EventData['extract_written'] | null = null;

async function cycle(...runs: typeof BANK_WEEK): Promise<void> {
  for (const run of runs) {
    await root.startRun(run.now);
    for (const delivery of run.deliveries) await root.deliver(delivery);
  }
  expect((await transform({ rootFolder: root.folder, specs: BANK_SPECS }, worker)).failures).toEqual([]);
}

async function write(format: ExtractFormat, asOf = AS_OF): Promise<EventData['extract_written'] | null> {
  const reader = await openDuckdbWarehouse({ path: snapshotPath(root.folder) });
  try {
    return await writeExtract({ reader, store, date: DATE, asOf, format });
  } finally {
    reader.close();
  }
}

async function lines(object: string): Promise<readonly string[]> {
  return gunzipSync(await store.read(object))
    .toString('utf8')
    .trimEnd()
    .split('\n');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extract-test-'));
  root = new DeliveredRoot(join(folder, 'root'));
  store = createFolderObjectStore(root.folder);
  await cycle(...BANK_WEEK.slice(0, 3));
}, 300_000);
afterAll(async () => {
  await worker.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the extract', () => {
  it('holds the trades of seven days and older ones that changed, sorted, with exact plain numbers', async () => {
    sent = await write('jsonl');
    expect(sent).toMatchObject({ rows: 8, revision: 1, object: 'extracts/2023-01-31/markets_extract_20230131.jsonl.gz' });
    const rows = (await lines(sent?.object ?? '')).map((line) => JSON.parse(line) as Record<string, unknown>);
    const ids = rows.map((row) => String(row['trade_id']));
    expect(ids).toEqual(ids.toSorted());
    const one = (await lines(sent?.object ?? '')).find((line) => line.includes(tradeId('markets', 'MUREX', 'M1')));
    expect(one).toContain('"quantity":99,"price":3.25,"notional":321.75,');
    expect(one).toContain('"trade_time":"2023-01-30T10:00:00.000001Z"');
    expect(one).toMatch(/"late_change":false,"extracted_at":"2023-01-31T18:00:00.000000Z"\}$/);
    expect(rows.filter((row) => row['late_change'] === true).map((row) => row['source_trade_id'])).toEqual(
      ['M3', 'M2'].toSorted((a, b) => (tradeId('markets', 'MUREX', a) < tradeId('markets', 'MUREX', b) ? -1 : 1)),
    );
  });

  it('has a manifest and a control file that tell its digests', async () => {
    const manifest = JSON.parse((await store.read(sent?.manifest ?? '')).toString('utf8')) as Record<string, unknown>;
    const bytes = await store.read(sent?.object ?? '');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(manifest).toMatchObject({ rows: 8, bytes: bytes.length, sha256, revision: 1, as_of: AS_OF });
    expect(manifest['uncompressed_sha256']).toBe(createHash('sha256').update(gunzipSync(bytes)).digest('hex'));
    expect((await store.read(sent?.control ?? '')).toString('utf8')).toContain(`rows=8\nbytes=${String(bytes.length)}\nsha256=${sha256}\n`);
  });

  it('is not written again while it says the same, at a later time too', async () => {
    expect(await write('jsonl', '2023-01-31T19:00:00.000000Z')).toBeNull();
  });

  it('comes as JSON, CSV and Parquet, and not as Avro', async () => {
    const json = await write('json');
    expect(JSON.parse(gunzipSync(await store.read(json?.object ?? '')).toString('utf8'))).toHaveLength(8);
    const csv = await write('csv');
    expect((await lines(csv?.object ?? ''))[0]).toMatch(/^trade_id,source_trade_id,.*,late_change,extracted_at\r$/);
    expect(await write('parquet')).toMatchObject({ rows: 8, object: 'extracts/2023-01-31/markets_extract_20230131.parquet' });
    expect(() => readExtractFormat('avro')).toThrow(/not supported yet/);
  });

  it('gets a next revision when its rows changed, and the one that was sent can be remade to the byte', { timeout: 300_000 }, async () => {
    if (sent !== null) await root.append('extract_written', sent);
    await cycle(...BANK_WEEK.slice(3));
    expect(await write('jsonl', '2023-02-03T18:00:00.000000Z')).toMatchObject({
      revision: 2,
      object: 'extracts/2023-01-31/markets_extract_20230131_r2.jsonl.gz',
    });
    const out = join(folder, 'remade.jsonl.gz');
    const openWarehouse = async (path: string): ReturnType<typeof openDuckdbWarehouse> => await openDuckdbWarehouse({ path });
    const remade = await remakeExtract({
      store,
      specs: BANK_SPECS,
      worker,
      openWarehouse,
      date: DATE,
      knownAt: AS_OF,
      format: 'jsonl',
      out,
    });
    expect(remade).toMatchObject({ rows: 8, as_of: AS_OF, identical: true });
    expect(gunzipSync(await readFile(out))).toEqual(gunzipSync(await store.read(sent?.object ?? '')));
  });
});

interface DocumentedModels {
  readonly models?: readonly {
    readonly name: string;
    readonly columns?: readonly { readonly name: string; readonly description?: string }[];
  }[];
}

describe('the documentation of the warehouse', () => {
  it('describes every column of every table, and no other', async () => {
    const documented = new Map<string, readonly string[]>();
    const layers = ['control', 'dimensions', 'curation', 'consumer', 'snapshots', 'streams', 'reports'].map((layer) =>
      join(DBT_PROJECT_FOLDER, `models/${layer}/_${layer}.yml`),
    );
    for (const path of [...layers, join(projectFolder(root.folder), 'models/generated/_generated.yml')]) {
      for (const model of (parse(await readFile(path, 'utf8')) as DocumentedModels).models ?? []) {
        documented.set(
          model.name,
          (model.columns ?? []).filter((column) => (column.description ?? '') !== '').map((column) => column.name),
        );
      }
    }
    const sql = `select table_name, string_agg(column_name, ',' order by column_index) from duckdb_columns()
      where database_name = 'markets' and table_name not in ('model_inputs', 'last_invocation', 'counterparty_aliases') group by table_name`;
    const reader = await openDuckdbWarehouse({ path: snapshotPath(root.folder) });
    const actual = new Map<string, readonly string[]>();
    for await (const batch of (await reader.query(sql)).batches) {
      for (const [name, columns] of batch) actual.set(String(name), String(columns).split(','));
    }
    reader.close();
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(actual));
  });
});
