import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeBytes } from '../../core/engine/test-support/judge-bytes.ts';
import { tradesSpec } from '../data/trades-spec.ts';
import { writeTrades } from '../data/write-trades.ts';
import { medianOf } from './measure.ts';
import { verifyOutput } from './verify-output.ts';

const ROWS = 500;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an output that is right is taken, one of other rows, of a row too few or of a good row refused is not', async () => {
  const paths = {
    file: join(folder, 'a.csv'),
    truth: join(folder, 'a.truth'),
    good: join(folder, 'good.csv'),
    other: join(folder, 'other.csv'),
  };
  const { bad } = writeTrades(paths.file, paths.truth, { rows: ROWS, seed: 1, format: 'csv', badEvery: 10 });
  writeTrades(paths.good, null, { rows: ROWS, seed: 1, format: 'csv' });
  writeTrades(paths.other, null, { rows: ROWS, seed: 2, format: 'csv' });
  const spec = tradesSpec({ format: 'csv' });
  const judged = await judgeBytes(folder, 'judged', { spec, file: 'trades_1.csv', delivered: readFileSync(paths.file) });
  const output = { folder: judged.folder, truthPath: paths.truth, goodPath: paths.good, good: ROWS };
  expect(await verifyOutput(output)).toBe(bad);
  await expect(verifyOutput({ ...output, goodPath: paths.other })).rejects.toThrow(/500 missing, 500 others/);
  await expect(verifyOutput({ ...output, good: ROWS + 1 })).rejects.toThrow(/of 501 good rows 500 are there/);
  await expect(verifyOutput({ ...output, truthPath: null })).rejects.toThrow(/good rows were refused/);
});

test('a median is taken of each number on its own', () => {
  const measure = (wallSeconds: number, cpuSeconds: number, peakBytes: number) => ({ wallSeconds, cpuSeconds, peakBytes });
  expect(medianOf([measure(3, 1, 9), measure(1, 2, 7), measure(2, 3, 8)])).toEqual(measure(2, 2, 8));
  expect(medianOf([measure(3, 1, 9), measure(1, 2, 7)])).toEqual(measure(2, 1.5, 8));
});
