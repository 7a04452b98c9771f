import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMessageChecker } from '../engine/message-checker.ts';
import { requireSpecs } from '../spec/load-specs.ts';
import { messagesAsFile } from '../spec/messages-as-file.ts';
import { parseSpec } from '../spec/parse-spec.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
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
    expect(object).toMatch(new RegExp(messagesAsFile(spec).source.path_pattern?.regex ?? '', 'u'));
  },
);

const streams = specs.filter(({ source }) => source.type === 'stream');

test.each(streams.map((spec) => [spec.name, spec] as const))(
  '%s: each line of the sample is a message, judged as its row was made',
  (_, spec) => {
    const { rows, bytes } = sampleFile(spec, OPTIONS);
    const checker = createMessageChecker(spec, { now: NOW });
    const lines = Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(rows.length);
    rows.forEach(({ intended }, index) => {
      const { verdict, findings } = checker.check(Buffer.from(lines[index] ?? ''));
      expect(verdict).toBe(intended === null ? 'accepted' : 'refused');
      if (intended !== null) expect(findings.map(({ code }) => code)).toContain(intended.code);
    });
    const codes = new Set(rows.flatMap(({ intended }) => intended?.code ?? []));
    expect([...codes]).toEqual(expect.arrayContaining(['NULL_NOT_ALLOWED', 'TYPE_MISMATCH', 'RULE_FAILED', 'RECORD_UNPARSABLE']));
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

const FORWARDS = `name: forwards
description: Forwards of a broker
owner: desk@example.com
domain: markets
source: { path_pattern: 'forwards/*.csv', delimiter: ';', decimal_separator: ',' }
schema:
  - { name: deal, type: STRING, nullable: false }
  - { name: dealt_on, type: DATE, nullable: false }
  - { name: value_date, type: DATE, nullable: false }
  - { name: amount, type: 'NUMERIC(18,2)', nullable: false }
control_file: { type: trailer, row_count_field: '2', totals: { amount: SUM } }
validation: { row_level: [{ rule: 'value_date > dealt_on' }] }
canonical: { entity: none }
`;

function specOf(text: string): SourceSpec {
  const parsed = parseSpec(text, 'forwards.yaml');
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join(' '));
  return parsed.spec;
}

test('a trailer and a header record state the records and totals, in the decimal mark of the file', () => {
  const trailer = sampleFile(specOf(FORWARDS), OPTIONS);
  const lines = Buffer.from(trailer.bytes).toString('utf8').trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(new RegExp(`^TRAILER;${trailer.rows.length};SUM=\\d+,\\d+$`));
  expect(trailer.control).toBeNull();
  const header = sampleFile(specOf(FORWARDS.replace('type: trailer', 'type: header')), OPTIONS);
  expect(Buffer.from(header.bytes).toString('utf8')).toMatch(/^HEADER;\d+;SUM=.*\ndeal;dealt_on;/);
});

test('a day that must lie before another one does; a rule that nothing fits is named', () => {
  expect(sampleFile(specOf(FORWARDS), OPTIONS).rows.filter(({ intended }) => intended === null)).toHaveLength(OPTIONS.goodRows);
  const never = specOf(FORWARDS.replace("'value_date > dealt_on'", "'value_date > date_add(dealt_on, 400)', code: TOO_SOON"));
  expect(() => sampleFile(never, OPTIONS)).toThrow(expect.objectContaining({ found: 'none; refused most by rule TOO_SOON' }));
});
