/** A spec with only the keys that every source must have carries its CSV from landing to the extract. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tradeId } from '../../core/identity/trade-id.ts';
import { markets } from '../support/command-line.ts';
import { filesBelow } from '../support/root-files.ts';

const SPEC = `name: desk_trades
description: Trades of one desk
owner: desk@example.com
domain: markets
source:
  path_pattern: desk/trades_{business_date:%Y%m%d}.csv
schema:
  - {name: id, type: STRING, nullable: false}
  - {name: exec_time, type: TIMESTAMP, nullable: false}
  - {name: side, type: STRING, nullable: false}
  - {name: qty, type: NUMERIC, nullable: false}
  - {name: px, type: NUMERIC, nullable: false}
  - {name: symbol, type: STRING, nullable: false}
expectations:
  frequency: daily
processing:
  identity: {domain: markets, source_system: DESK, source_id_field: id}
`;
const CSV = `id,exec_time,side,qty,px,symbol
A-1,2023-01-30T09:00:00Z,buy,10,101.25,ACME
A-2,2023-01-30T09:00:01.000001Z,S,0.000000001,3,ACME
A-3,2023-01-30 25:00:00,B,1,1,ACME
`;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minimal-spec-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('carries its CSV to the extract, with canonical columns found by their names', async () => {
  await mkdir(join(folder, 'specs', 'trading'), { recursive: true });
  await mkdir(join(folder, 'root', 'landing', 'desk'), { recursive: true });
  await writeFile(join(folder, 'specs', 'trading', 'desk_trades.yaml'), SPEC);
  await writeFile(join(folder, 'root', 'landing', 'desk', 'trades_20230130.csv'), CSV);

  const { exitCode, stdout, stderr } = await markets(
    ['--root', 'root', '--specs', 'specs', 'run', '--now', '2023-01-30T23:00:00Z'],
    folder,
  );
  expect(exitCode, `${stdout}${stderr}`).toBe(1);

  const [extract] = (await filesBelow(join(folder, 'root', 'extracts'))).filter((name) => name.endsWith('.jsonl.gz'));
  const lines = gunzipSync(await readFile(join(folder, 'root', 'extracts', extract!)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(rows.map((row) => row['trade_id'])).toEqual([tradeId('markets', 'DESK', 'A-1'), tradeId('markets', 'DESK', 'A-2')].toSorted());
  const first = rows.find((row) => row['source_trade_id'] === 'A-1');
  expect(first).toMatchObject({
    side: 'BUY',
    quantity: 10,
    price: 101.25,
    notional: 1012.5,
    instrument_id: 'ACME',
    trade_date: '2023-01-30',
    status: 'NEW',
  });
  const second = lines.find((line) => line.includes('"source_trade_id":"A-2"'));
  expect(second).toContain('"quantity":0.000000001,"price":3,"notional":0.000000003,');
  expect(second).toContain('"side":"SELL"');
  expect(second).toContain('"trade_time":"2023-01-30T09:00:01.000001Z"');
});
