import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { modelKeys } from '../diff/model-keys.ts';
import { runCommandLine } from '../framework/command-line.ts';
import { publishedCommandOutputs } from '../published-outputs.ts';
import { COMMANDS } from './index.ts';

const HOME = fileURLToPath(new URL('../../', import.meta.url));
let folder = '';

async function root(name: string, price: string): Promise<string> {
  await mkdir(join(folder, name, 'warehouse'), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`ATTACH '${join(folder, name, 'warehouse', 'snapshot.duckdb')}' AS markets`);
  await connection.run('CREATE SCHEMA markets.curation');
  await connection.run(
    `CREATE TABLE markets.curation.trades_enriched AS SELECT 'a' AS trade_id, 'Anna' AS trader_name, ${price}::DECIMAL(38,18) AS price`,
  );
  connection.closeSync();
  instance.closeSync();
  return join(folder, name);
}

async function call(words: readonly string[]): Promise<{ readonly exitCode: number; readonly text: string }> {
  let text = '';
  const write = async (part: string): Promise<void> => {
    text += part;
    await Promise.resolve();
  };
  const exitCode = await runCommandLine(words, COMMANDS, { stdout: write, stderr: write }, new AbortController().signal);
  return { exitCode, text };
}

function checked(schema: string, text: string): unknown {
  const { data } = JSON.parse(text) as { readonly data: unknown };
  const check = new Ajv2020({ strict: false }).compile(publishedCommandOutputs()[schema] ?? {});
  expect(check(data), JSON.stringify(check.errors)).toBe(true);
  return data;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-command-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('every model that has rows of its own is known with what names them', async () => {
  const keys = await modelKeys(HOME, await requireSpecs(`${HOME}source_specs`));
  expect(keys.get('curation.trade_versions')).toEqual(['trade_id', 'version']);
  expect(keys.get('curation.trades_enriched')).toEqual(['trade_id']);
  expect(keys.get('staging.stg_murex_trades')).toEqual(['_load_id', '_record']);
});

test('two roots are the same, or differ with status 1 and what differs', async () => {
  const [left, right] = [await root('left', '1.5'), await root('right', '1.500000000000000001')];
  const same = await call(['--json', '--root', left, 'diff', '--left', 'duckdb', '--right', `duckdb:${left}`]);
  expect(same.exitCode).toBe(0);
  expect(checked('diff-data.schema.json', same.text)).toMatchObject({ equal: true });
  const other = await call(['--json', '--root', left, 'diff', '--left', 'duckdb', '--right', `duckdb:${right}`]);
  expect(other.exitCode).toBe(1);
  const columns = [{ column: 'price', left: '1.5', right: '1.500000000000000001' }];
  expect(checked('diff-data.schema.json', other.text)).toMatchObject({
    equal: false,
    tables: [{ table: 'curation.trades_enriched', rows: { changed: 1, first: [{ kind: 'changed', key: { trade_id: 'a' }, columns }] } }],
  });
  const shown = await call(['--root', left, 'diff', '--left', 'duckdb', '--right', `duckdb:${right}`]);
  expect(shown.text).toContain('price: 1.5 | 1.500000000000000001');
});

test('a side, a layer and an environment that are none are wrong usage', async () => {
  for (const words of [
    ['--left', 'postgres', '--right', 'duckdb'],
    ['--left', 'bigquery', '--right', 'duckdb'],
    ['--left', 'duckdb:/nowhere', '--right', 'duckdb:/nowhere', '--layer', 'business'],
  ]) {
    const { exitCode } = await call(['diff', ...words]);
    expect([64, 2], words.join(' ')).toContain(exitCode);
  }
});

test('the cost of a month is told as its schema says', async () => {
  const { exitCode, text } = await call(['--json', 'cost', '--month', '3']);
  expect(exitCode).toBe(0);
  expect(checked('cost-data.schema.json', text)).toMatchObject({ currency: 'USD', measured: null });
});
