/** What scanners in WebAssembly take by themselves, and when they leave it to the scanner in JavaScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseCondition } from '../../../expression/parse-expression.ts';
import type { RowRule, SourceSpec } from '../../../spec/source-spec.ts';
import type { Scanner } from '../../ranges/range-format.ts';
import { judgeWhole } from '../../test-support/judge-range.ts';
import { AMOUNT, INT64, specOf, type ColumnOptions } from '../../test-support/spec-of.ts';

const script = vi.hoisted(() => ({ runs: 0 }));
vi.mock(import('../compiled-scanner.ts'), async (importOriginal) => {
  const { compiledScanner } = await importOriginal();
  const counted = (source: string): Scanner => {
    const run = compiledScanner(source);
    return (...given) => {
      script.runs += 1;
      return run(...given);
    };
  };
  return { compiledScanner: counted };
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-scan-'));
});
beforeEach(() => {
  script.runs = 0;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SCHEMA: readonly ColumnOptions[] = [
  { name: 'id', nullable: false, unique: true },
  { name: 'side', allowed_values: ['BUY', 'SELL'] },
  { name: 'price', type: AMOUNT, min_value: 0n },
  { name: 'wide', type: { kind: 'DECIMAL', precision: 38, scale: 9 } },
  { name: 'count', type: INT64 },
  { name: 'day', type: { kind: 'DATE' } },
  { name: 'at', type: { kind: 'TIMESTAMP' } },
  { name: 'seen', type: { kind: 'DATETIME' } },
  { name: 'exact', type: { kind: 'TIMESTAMP' }, precision: 'ns' },
  { name: 'open', type: { kind: 'BOOL' } },
  { name: 'note' },
];
const VALUES = ['BUY', '1.5', '-12345678901234567890.5', '7', '2023-01-30', '2023-01-30T06:00:00.000001Z', '2023-01-30T06:00:00'];
const ROW = [...VALUES, '2023-01-30T06:00:00.123456789Z', 'true', 'a, "b"'];

function rule(text: string): RowRule {
  const parsed = parseCondition(text, new Map(specOf({ schema: SCHEMA }).schema.map(({ name, type }) => [name, type])));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return { rule: text, severity: 'error', code: 'RULE', description: null, expression: parsed.expression };
}

const RULES = [rule("side = 'BUY' or price > 2"), rule('price * count < 1000000'), rule('wide < 5')];

function rowsOf(format: 'csv' | 'jsonl' | 'xml', count: number): string {
  const names = SCHEMA.map(({ name }) => name);
  const rows = Array.from({ length: count }, (_, row) => [
    `id${row}`,
    ...ROW.with(0, row % 3 === 0 ? 'SELL' : 'BUY').with(1, row % 2 === 0 ? '3' : '1.5'),
  ]);
  switch (format) {
    case 'csv':
      return [names, ...rows]
        .map((row) => row.map((text) => (/[",]/.test(text) ? `"${text.replaceAll('"', "'")}"` : text)).join(','))
        .join('\n');
    case 'jsonl':
      return rows
        .map((row) => JSON.stringify(Object.fromEntries(row.map((text, place) => [names[place], text.replaceAll('"', "'")]))))
        .join('\n');
    case 'xml':
      return `<d>${rows.map((row) => `<r>${row.map((text, place) => `<${names[place]}>${text}</${names[place]}>`).join('')}</r>`).join('\n')}</d>`;
  }
}

function spec(format: 'csv' | 'jsonl' | 'xml'): SourceSpec {
  const xml = { root_element: null, row_element: 'r', namespaces: {}, flatten_nested: false };
  const schema = SCHEMA.map((column): ColumnOptions => {
    if (format === 'csv') return column;
    const child = { kind: 'child', namespace: null, name: column.name, index: null } as const;
    return { ...column, locator: format === 'xml' ? { kind: 'xpath', steps: [child] } : { kind: 'json_path', steps: [column.name] } };
  });
  return specOf({ schema, source: { format, ...(format === 'xml' ? { xml } : {}) }, validation: { row_level: RULES } });
}

describe('a scanner in WebAssembly', () => {
  test.each(['csv', 'jsonl', 'xml'] as const)('takes %s rows with texts, keys and rules of every kind by itself', (format) => {
    const { good, bad, scanned } = judgeWhole(folder, spec(format), rowsOf(format, 600), ['wasm']);
    expect([good + bad, bad, scanned]).toEqual([600, 100, 500]);
    expect(script.runs).toBe(0);
    expect(judgeWhole(folder, spec(format), rowsOf(format, 600))).toMatchObject({ good, bad, scanned });
    expect(script.runs).toBeGreaterThan(0);
  });

  test.each([100, 4000, 4064, 4090, 4096, 5000, 70_000])(
    'leaves a row of %s bytes to JavaScript only where it may not see its end',
    (length) => {
      const long = specOf({ schema: [{ name: 'id' }, { name: 'note' }, { name: 'count', type: INT64 }], source: { format: 'csv' } });
      const rows = Array.from({ length: 120 }, (_, row) => `id${row},${'x'.repeat(length - (row % 7))},${row === 77 ? 'bad' : row}\n`);
      const text = `id,note,count\n${rows.join('')}`;
      const { good, bad, scanned } = judgeWhole(folder, long, text, ['wasm']);
      expect([good, bad, scanned]).toEqual([119, 1, 119]);
      if (length <= 4000) expect(script.runs).toBe(0);
      if (length >= 5000) expect(script.runs).toBeGreaterThan(0);
      expect(judgeWhole(folder, long, text)).toMatchObject({ good, bad, scanned });
    },
  );

  test('leaves a quoted text with many lines to the same reader as the scanner in JavaScript', () => {
    const schema = [{ name: 'id' }, { name: 'note' }, { name: 'count', type: INT64 }];
    const quoted = specOf({ schema, source: { format: 'csv' } });
    const rows = Array.from({ length: 60 }, (_, row) => `id${row},"${'line\n'.repeat(row * 31)}",${row}\n`);
    expect(judgeWhole(folder, quoted, `id,note,count\n${rows.join('')}`)).toMatchObject({ good: 60, bad: 0 });
  });
});
