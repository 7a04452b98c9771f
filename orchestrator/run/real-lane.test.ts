import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { createValidationPool, type ValidationPool } from '../../core/engine/process/validation-pool.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { verifyAudit } from '../audit/verify.ts';
import { quarantineList } from '../quarantine/quarantine-list.ts';
import { quarantineShow } from '../quarantine/quarantine-show.ts';
import { laneBench, type LaneBench } from '../test-support/lane-bench.ts';
import { yamlSpec } from '../test-support/yaml-spec.ts';
import { trace } from '../trace/trace.ts';

const FILLS = `name: fills
description: Fills of a venue
owner: desk@example.com
domain: markets
source: { path_pattern: 'fills/*.csv' }
schema:
  - { name: fill_id, type: STRING, nullable: false, description: Number of the fill }
  - { name: quantity, type: INT64, description: How many }
control_file:
  type: sidecar_json
  pattern: '{filename}.json'
  row_count_field: rows
  business_date_field: date
  required: true
  wait_minutes: 60
canonical: { entity: none }
`;
const ORDERS = `name: orders
description: Orders of a desk
owner: desk@example.com
domain: markets
source: { path_pattern: 'orders/{business_date:%Y-%m-%d}.jsonl', format: jsonl }
schema:
  - { name: order_id, type: STRING, nullable: false, description: Number of the order }
  - { name: trader, type: STRING, description: Who, classification: pii }
  - { name: quantity, type: INT64, min_value: 1, description: How many }
canonical: { entity: none }
`;
const NOW = '2023-01-30T18:00:00.000000Z';
const SPECS = [yamlSpec(FILLS), yamlSpec(ORDERS)];

let scratch: string;
let pool: ValidationPool;
let root: string;
let store: ObjectStore;
let lane: LaneBench;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'markets-real-'));
  pool = createValidationPool({ size: 2, scratchFolder: join(scratch, 'pool') });
});
afterAll(async () => {
  pool.close();
  await rm(scratch, { recursive: true, force: true });
});
beforeEach(async () => {
  root = await mkdtemp(join(scratch, 'root-'));
  store = createFolderObjectStore(root);
  lane = laneBench(store);
});

/** As an uploader does: under another name first. */
async function upload(name: string, content: string | Buffer): Promise<void> {
  const path = join(root, 'landing', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

const run = async (now = NOW) => await lane.run(now, SPECS, { validator: pool });

test('files of several formats go through the real engine, and their bytes are found again', async () => {
  await upload('fills/a.csv', 'fill_id,quantity\nF1,10\nF2,ten\n"F3",30\n');
  await upload('fills/a.json', '{"rows": 3, "date": "2023-01-27"}');
  await upload('orders/2023-01-30.jsonl.gz', gzipSync('{"order_id":"O1","quantity":5}\n{"order_id":"O2","trader":"Ann","quantity":0}\n'));
  const result = await run();
  expect(result.errors).toEqual([]);
  expect(result.files.map((file) => [file.source, file.outcome, file.staged, file.quarantined, ...file.codes])).toEqual([
    ['fills', 'quarantined', 2, 1, 'TYPE_MISMATCH'],
    ['orders', 'quarantined', 1, 1, 'VALUE_OUT_OF_RANGE'],
  ]);
  expect((await lane.eventsOf('load_published')).map(({ data }) => data.business_date).sort()).toEqual(['2023-01-27', '2023-01-30']);
  const verdict = (await lane.eventsOf('file_validated')).find(({ source }) => source === 'fills');
  expect(verdict?.data.control?.row_count?.matches).toBe(true);
  expect(await verifyAudit(store)).toMatchObject({ problems: [], loads: 2 });

  const base = { store, specs: SPECS.map(({ spec }) => spec), reader: null, unmasked: false };
  const staged = await trace({ ...base, query: 'fills/a.csv:4' });
  expect(staged.records).toMatchObject([{ outcome: 'staged', record: 3, line: 4, byte_offset: 30, raw: '"F3",30' }]);
  const refused = await trace({ ...base, query: 'a.csv:3' });
  expect(refused.records).toMatchObject([{ outcome: 'quarantined', record: 2, line: 3, raw: 'F2,ten' }]);
});

test('what is classified is hidden where it is shown, and whoever may see it sees it', async () => {
  await upload(
    'orders/2023-01-30.jsonl',
    '{"order_id":"O2","trader":"Ann","quantity":0}\n{"order_id":"O3","trader":"Bob","quantity":"x"}\n',
  );
  await run();
  const [load] = await quarantineList(store, { source: 'orders' });
  const options = { load: load?.load_id.slice(0, 8) ?? '', limit: 10 };
  const masked = await quarantineShow(store, { ...options, unmasked: false });
  expect(JSON.stringify(masked)).not.toMatch(/Ann|Bob/);
  expect(masked).toMatchObject({
    masked_columns: ['trader'],
    records: [{ raw: '***', findings: [{ code: 'VALUE_OUT_OF_RANGE', found: '0' }] }, { raw: '***' }],
  });
  const open = await quarantineShow(store, { ...options, record: 1, unmasked: true });
  expect(open.records).toMatchObject([{ raw: '{"order_id":"O2","trader":"Ann","quantity":0}' }]);
});

test('refused records are found by the code of the rule that they break, and so are files', async () => {
  const rules = `validation:
  row_level: [{ rule: 'quantity < 1000', code: ORDER_TOO_LARGE }]
  file_level: [{ rule: 'row_count < 4', code: BOOK_TOO_LONG }]
`;
  const order = (number: number, quantity: number): string => `{"order_id":"O${number}","quantity":${quantity}}\n`;
  await upload('orders/2023-01-30.jsonl', order(1, 5000) + order(2, 0));
  await upload('orders/2023-01-31.jsonl', [1, 2, 3, 4].map((number) => order(number, 1)).join(''));
  await lane.run(NOW, [yamlSpec(ORDERS.replace('canonical:', `${rules}canonical:`))], { validator: pool });
  const files = async (code: string): Promise<string[]> => (await quarantineList(store, { code })).map(({ file }) => file);
  expect(await files('ORDER_TOO_LARGE')).toEqual(['orders/2023-01-30.jsonl']);
  expect(await files('VALUE_OUT_OF_RANGE')).toEqual(['orders/2023-01-30.jsonl']);
  expect(await files('BOOK_TOO_LONG')).toEqual(['orders/2023-01-31.jsonl']);
  expect(await files('ORDER_TOO_SMALL')).toEqual([]);
});

test('a control file that comes after CONTROL_MISSING heals its file with the real engine', async () => {
  await upload('fills/b.csv', 'fill_id,quantity\nF1,10\n');
  expect(await run()).toMatchObject({ waiting: 1, files: [] });
  const late = await run('2023-01-30T19:00:00.000000Z');
  expect(late.files).toMatchObject([{ outcome: 'failed', codes: ['CONTROL_MISSING'] }]);
  await upload('fills/b.json', '{"rows": 1, "date": "2023-01-30"}');
  expect((await run('2023-01-30T20:00:00.000000Z')).files).toMatchObject([{ outcome: 'accepted', staged: 1 }]);
  expect(await readdir(join(root, 'landing', 'fills'))).toEqual([]);
  expect((await verifyAudit(store)).problems).toEqual([]);
});

test('a control file with another count, a torn gzip and an empty file fail, each alone, and the good one is loaded', async () => {
  await upload('fills/count.csv', 'fill_id,quantity\nF1,10\n');
  await upload('fills/count.json', '{"rows": 2, "date": "2023-01-30"}');
  await upload('orders/2023-01-27.jsonl.gz', gzipSync('{"order_id":"O1","quantity":5}\n').subarray(0, 30));
  await upload('orders/2023-01-28.jsonl', '');
  await upload('orders/2023-01-29.jsonl', '{"order_id":"O1","quantity":5}\n');
  const result = await run();
  expect(result.files.map((file) => [file.object, file.outcome, ...file.codes])).toEqual([
    ['fills/count.csv', 'failed', 'CONTROL_COUNT'],
    ['orders/2023-01-27.jsonl.gz', 'failed', 'FILE_COMPRESSION'],
    ['orders/2023-01-28.jsonl', 'failed', 'FILE_EMPTY'],
    ['orders/2023-01-29.jsonl', 'accepted'],
  ]);
  expect(await lane.names('landing/')).toEqual([]);
  expect((await verifyAudit(store)).problems).toEqual([]);
});

test('a rule that was too strict is loosened on a live source, and what it refused is judged again', async () => {
  const strict = yamlSpec(
    ORDERS.replace('min_value: 1,', 'min_value: 1, max_value: 100,').replace('canonical:', 'validation: { max_bad_rows: 0 }\ncanonical:'),
  );
  const loose = yamlSpec(
    ORDERS.replace('min_value: 1,', 'min_value: 1, max_value: 1000,').replace('canonical:', 'validation: { max_bad_rows: 0 }\ncanonical:'),
  );
  await upload('orders/2023-01-27.jsonl', '{"order_id":"O1","quantity":5}\n');
  await upload('orders/2023-01-30.jsonl', '{"order_id":"O2","quantity":500}\n');
  const first = await lane.run(NOW, [strict], { validator: pool });
  expect(first.files.map(({ outcome }) => outcome)).toEqual(['accepted', 'failed']);
  await upload('orders/2023-01-30.jsonl', '{"order_id":"O2","quantity":500}\n');
  const second = await lane.run(NOW, [loose], { validator: pool });
  expect(second.files.map(({ object, outcome }) => [object, outcome])).toEqual([['orders/2023-01-30.jsonl', 'accepted']]);
  expect(await lane.eventsOf('load_published')).toHaveLength(2);
});
