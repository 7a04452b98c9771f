/**
 * The whole specs of docs/adding-a-source.md are good ones: they load, and the engine says of a sample file what its rows
 * were made for.
 */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { judgeInMemory } from '../engine/test-support/judge-in-memory.ts';
import { messagesAsFile } from '../spec/messages-as-file.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import { sampleFile } from './sample-file.ts';

const page = await readFile(new URL('../../docs/adding-a-source.md', import.meta.url), 'utf8');
const specs = [...page.matchAll(/^```yaml\n(name: (\w+)\n[\s\S]*?)^```$/gm)].map(([, yaml = '', name = '']) => [name, yaml] as const);

test('the documentation has the shortest spec, and one of each format and way that no source of the demo has', () => {
  expect(specs.map(([name]) => name)).toEqual([
    ...['desk_trades', 'clearing_positions', 'broker_executions', 'risk_exposures'],
    ...['venue_trades', 'venue_notices'],
  ]);
});

test.each(specs)('%s loads, and its sample file is judged as it was made', async (name, yaml) => {
  const parsed = parseSpec(yaml, `trading/${name}.yaml`);
  if (!('spec' in parsed)) throw new Error(JSON.stringify(parsed.problems));
  const spec = messagesAsFile(parsed.spec);
  const { rows, object, bytes } = sampleFile(parsed.spec, { seed: 1, goodRows: 10, now: '2023-01-30T05:00:00.000000Z' });
  expect(rows.filter(({ intended }) => intended === null)).toHaveLength(10);
  expect(object).toMatch(new RegExp(spec.source.path_pattern?.regex ?? '', 'u'));
  // The rows of Parquet are read by an adapter, which has tests of its own.
  if (parsed.spec.source.format === 'parquet') return;
  const { report, output } = await judgeInMemory(spec, bytes, { file: object });
  expect(report.file_findings).toEqual([]);
  expect(report.conservation.holds).toBe(true);
  // A record that breaks the syntax leaves nothing to count a second time.
  expect(report.conservation.tokenizer_records).toBe(report.findings_by_code.RECORD_UNPARSABLE === undefined ? rows.length : null);
  const bad = rows.flatMap(({ intended }, index) => (intended === null ? [] : [[index + 1, intended.code]]));
  const found = output.refused.map(({ span, findings }) => [span.record, findings.map(({ code }) => code)]);
  expect(found.map(([record]) => record)).toEqual(bad.map(([record]) => record));
  found.forEach(([, codes], index) => {
    expect(codes).toContain(bad[index]?.[1]);
  });
});
