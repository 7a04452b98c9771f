/** The shortest spec of docs/adding-a-source.md is a good one: it loads, and sample rows can be made from it. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseSpec } from '../spec/parse-spec.ts';
import { sampleFile } from './sample-file.ts';

test('the shortest spec of the documentation loads and has sample rows', async () => {
  const page = await readFile(new URL('../../docs/adding-a-source.md', import.meta.url), 'utf8');
  const yaml = /^```yaml\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const parsed = parseSpec(yaml, 'trading/desk_trades.yaml');
  if (!('spec' in parsed)) throw new Error(JSON.stringify(parsed.problems));
  const { rows, object } = sampleFile(parsed.spec, { seed: 1, goodRows: 10, now: '2023-01-30T18:00:00.000000Z' });
  expect(parsed.spec.canonical.entity).toBe('trades');
  expect(rows.filter(({ intended }) => intended === null)).toHaveLength(10);
  expect(object).toMatch(/^desk\/trades_.*\.csv$/);
});
