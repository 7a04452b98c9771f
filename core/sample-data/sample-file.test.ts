import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { requireSpecs } from '../spec/load-specs.ts';
import { rowJudge } from './judge.ts';
import { sampleFile } from './sample-file.ts';

const NOW = '2023-02-06T18:00:00.000000Z';
const OPTIONS = { seed: 11, goodRows: 20, now: NOW };
const specs = await requireSpecs(fileURLToPath(new URL('../../source_specs', import.meta.url)));

test.each(specs.map((spec) => [spec.name, spec] as const))(
  '%s: good rows are good, bad rows break what they were made to break',
  (_, spec) => {
    const { rows, object } = sampleFile(spec, OPTIONS);
    const judge = rowJudge(spec, NOW);
    expect(rows.filter(({ intended }) => intended === null)).toHaveLength(OPTIONS.goodRows);
    for (const { texts, intended, damage } of rows) {
      const { findings } = judge(texts);
      if (intended === null) expect(findings).toEqual([]);
      else if (damage === 'none' && intended.code !== 'DUPLICATE_KEY') {
        const codes = findings.map(({ code, column }) => `${code.replace('FIELD_MISSING', 'NULL_NOT_ALLOWED')} ${column ?? ''}`);
        expect(codes).toContain(`${intended.code.replace('FIELD_MISSING', 'NULL_NOT_ALLOWED')} ${intended.column ?? ''}`);
      }
    }
    expect(object).toMatch(new RegExp(spec.source.path_pattern.regex, 'u'));
  },
);

test.each(specs.map((spec) => [spec.name, spec] as const))('%s: every error rule and every limited column has a bad row', (_, spec) => {
  const intended = sampleFile(spec, OPTIONS).rows.flatMap((row) => (row.intended === null ? [] : [row.intended]));
  const rules = spec.validation.row_level.filter(({ severity }) => severity === 'error').map((rule) => rule.code ?? rule.rule);
  expect(intended.flatMap(({ rule }) => (rule === null ? [] : [rule]))).toEqual(rules);
  for (const column of spec.schema) {
    const codes = intended.filter((each) => each.column === column.name).map(({ code }) => code);
    if (column.check !== null) expect(codes).toContain('CHECK_DIGIT');
    if (column.pattern !== null) expect(codes).toContain('PATTERN_MISMATCH');
    if (column.allowed_values !== null) expect(codes).toContain('VALUE_NOT_ALLOWED');
    if (column.min_value !== null) expect(codes).toContain('VALUE_OUT_OF_RANGE');
    if (column.max_length !== null) expect(codes).toContain('VALUE_TOO_LONG');
  }
});

test('the same seed gives the same bytes, another seed others', () => {
  for (const spec of specs.filter(({ domain, processing }) => domain === 'markets' && processing.identity !== null)) {
    const bytes = (seed: number): string => Buffer.from(sampleFile(spec, { ...OPTIONS, seed }).bytes).toString('base64');
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(2)).not.toBe(bytes(1));
  }
});
