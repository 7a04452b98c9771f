import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUARANTINE_FILE } from '../../core/engine/result-files.ts';
import { judgeBytes, type Judged } from '../../core/engine/test-support/judge-bytes.ts';
import { BAD_KINDS } from './bad-trades.ts';
import { compareWithTruth } from './truth-file.ts';
import { tradesSpec } from './trades-spec.ts';
import { writeTrades, type TradesVariant, type WrittenTrades } from './write-trades.ts';

const ROWS = 2000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trades-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Tried {
  readonly judged: Judged;
  readonly written: WrittenTrades;
  readonly truthPath: string;
}

async function tryVariant(name: string, variant: TradesVariant, rows = ROWS): Promise<Tried> {
  const path = join(folder, `${name}.file`);
  const truthPath = join(folder, `${name}.truth`);
  const written = writeTrades(path, truthPath, { rows, seed: 7, ...variant });
  const spec = tradesSpec({ format: variant.format, quotedNulls: variant.quoteAll === true });
  const judged = await judgeBytes(folder, name, { spec, file: `trades_1.${variant.format}`, delivered: readFileSync(path) });
  return { judged, written, truthPath };
}

test.each<[string, TradesVariant]>([
  ['clean', { format: 'csv' }],
  ['crlf', { format: 'csv', crlf: true }],
  ['quoted', { format: 'csv', quoteAll: true }],
  ['timestamps', { format: 'csv', mixedTimestamps: true }],
  ['newlines', { format: 'csv', quotedNewlines: true }],
  ['distinct', { format: 'csv', distinct: true }],
  ['jsonl', { format: 'jsonl' }],
  ['xml', { format: 'xml' }],
])('every row of the %s file is good', async (name, variant) => {
  const { judged, written } = await tryVariant(name, variant);
  expect(judged.report.first_bad_records).toEqual([]);
  expect(judged.report).toMatchObject({ status: 'accepted', records_in: ROWS, staged: ROWS, bytes: written.bytes });
});

test.each<[string, TradesVariant, number]>([
  ['some bad rows', { format: 'csv', badEvery: 20 }, ROWS],
  ['a bad row behind every good one', { format: 'csv', badEvery: 1 }, ROWS],
  ['bad rows only', { format: 'csv', badEvery: 1, badOnly: true }, 0],
])('a file of %s is refused line by line as its truth says, every kind among them', async (name, variant, good) => {
  const { judged, written, truthPath } = await tryVariant(name.replaceAll(' ', '-'), variant);
  expect(written.bad).toBeGreaterThan(BAD_KINDS.length);
  expect(await compareWithTruth(truthPath, join(judged.folder, QUARANTINE_FILE))).toEqual({ records: written.bad, difference: null });
  expect(judged.report).toMatchObject({ staged: good, quarantined: written.bad, records_in: good + written.bad });
});

test('a truth that says something else is told, as is one that says too little or too much', async () => {
  const { judged, written, truthPath } = await tryVariant('told', { format: 'csv', badEvery: 20 });
  const quarantine = join(judged.folder, QUARANTINE_FILE);
  const other = writeTrades(join(folder, 'other.file'), join(folder, 'other.truth'), { rows: ROWS, seed: 8, format: 'csv', badEvery: 20 });
  expect(other.bad).toBe(written.bad);
  expect((await compareWithTruth(join(folder, 'other.truth'), quarantine)).difference).toMatch(/^bad record 1: expected /);
  expect((await compareWithTruth(truthPath, quarantine)).difference).toBeNull();
  const lines = readFileSync(truthPath, 'utf8').split('\n').slice(0, -1);
  writeFileSync(truthPath, `${lines.slice(0, -1).join('\n')}\n`);
  expect((await compareWithTruth(truthPath, quarantine)).difference).toMatch(/^expected \d+ bad records, found one more/);
  writeFileSync(truthPath, `${[...lines, lines.at(-1)].join('\n')}\n`);
  expect((await compareWithTruth(truthPath, quarantine)).difference).toMatch(/found nothing more$/);
});

test('the same arguments give the same bytes, another seed others', () => {
  const bytes = (seed: number): string => {
    writeTrades(join(folder, 'same.file'), null, { rows: 100, seed, format: 'csv', badEvery: 10 });
    return readFileSync(join(folder, 'same.file'), 'latin1');
  };
  expect(bytes(1)).toBe(bytes(1));
  expect(bytes(2)).not.toBe(bytes(1));
});
