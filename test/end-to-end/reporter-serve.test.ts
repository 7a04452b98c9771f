/** `markets reporter serve` as a process, with reference data in a warehouse and a regulator that is another process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markets } from '../support/command-line.ts';
import { writeReferenceWarehouse } from '../support/reference-warehouse.ts';
import { startProgram, startRegulatorProgram, writeReporterConfig, type Program } from '../support/reporter-process.ts';

let folder: string;
let regulator: Program;
let reporter: Program | null = null;

const options = (): readonly string[] => ['--root', join(folder, 'root'), '--config', join(folder, 'config')];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reporter-serve-'));
  await writeReferenceWarehouse(join(folder, 'root'));
  regulator = await startRegulatorProgram();
  writeReporterConfig(join(folder, 'config'), String(regulator.said['url']));
}, 240_000);

afterAll(async () => {
  await reporter?.end();
  await regulator.end();
  rmSync(folder, { recursive: true });
});

const TRADE = {
  message_id: 'BK-00017-1',
  source_trade_id: 'BK-00017',
  version: '1',
  status: 'NEW',
  side: 'SELL',
  quantity: '1000',
  price: '101.35',
  currency: 'EUR',
  trader_id: 'TR001',
  counterparty_id: 'CP101',
  instrument_id: 'SAP',
  book_id: 'EQ-DE',
  venue: 'XOFF',
  trading_capacity: 'DEAL',
  investment_decision_id: 'DE19700131JOHN#SMITH',
  execution_id: 'ALGO7',
  execution_id_type: 'ALGO',
  short_selling: 'SELL',
};

test('an event that is posted is reported to the regulator, once though it comes twice; at SIGTERM it ends in order, and its ledger verifies', async () => {
  reporter = await startProgram([...options(), 'reporter', 'serve'], 'reporter_listening');
  const url = `http://127.0.0.1:${String(reporter.said['port'])}`;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const body = JSON.stringify({ ...TRADE, trade_time: new Date(Date.now() - 1000).toISOString() });
  for (let time = 0; time < 2; time += 1) {
    const response = await fetch(`${url}/events?source=trade_events`, { method: 'POST', body });
    expect(response.status, await response.text()).toBe(202);
  }
  expect((await fetch(`${url}/events?source=trade_events`, { method: 'POST', body: '{}' })).status).toBe(422);
  const figures = async (): Promise<string> => await (await fetch(`${url}/metrics`)).text();
  const before = performance.now();
  while (!(await figures()).includes('markets_reporter_events_open 0') && performance.now() - before < 60_000) await wait(100);
  const text = await figures();
  expect(text).toContain('markets_reporter_received_total{via="events",source="trade_events"} 2');
  expect(text).toMatch(/markets_reporter_reports_ended_total\{regime="rts_1",state="acknowledged",late="(true|false)"\} 1/);
  expect(text).toMatch(/markets_reporter_reports_ended_total\{regime="rts_22",state="acknowledged",late="false"\} 1/);
  expect(text).toContain('markets_reporter_refused_total{code="MESSAGE_REFUSED"} 1');
  const books = (await (await fetch(`${String(regulator.said['url'])}/books`)).text()).trim().split('\n');
  expect(books.map((line) => (JSON.parse(line) as { readonly trn: string }).trn.slice(0, 4)).toSorted()).toEqual(['APA1', 'RTS2']);
  const ended = await reporter.end();
  reporter = null;
  expect(ended).toMatchObject({ exitCode: 0, output: expect.stringContaining('2 events received') as unknown });
  const verified = await markets([...options(), 'reporter', 'verify']);
  expect(verified.exitCode, verified.stdout + verified.stderr).toBe(0);
}, 240_000);

test('a configuration that names a regime that is not there is refused before anything is taken', async () => {
  writeReporterConfig(join(folder, 'wrong'), String(regulator.said['url']), (yaml) => yaml.replace('on: [rts_22,', 'on: [rts_23,'));
  const { exitCode, stderr } = await markets(['--root', join(folder, 'root'), '--config', join(folder, 'wrong'), 'reporter', 'serve']);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('rts_23');
}, 120_000);
