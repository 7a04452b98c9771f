import { expect, test } from 'vitest';
import type { ColumnType } from '../types/column-type.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import { createRecordChecker, type CheckedRecord } from './record-checker.ts';
import { outputColumns } from './output-columns.ts';
import { AMOUNT, INT64, rowRule, specOf, STRING } from './test-support/spec-of.ts';
import { CELL, emptyCells, type CellKind } from './values/raw-cells.ts';

const NOW = '2023-01-30T06:00:00.000000Z';

function check(spec: SourceSpec, ...cells: readonly (readonly [string | null, CellKind])[]): CheckedRecord {
  const raw = emptyCells(spec.schema.length);
  cells.forEach(([text, kind], index) => {
    raw.texts[index] = text;
    raw.kinds[index] = kind;
  });
  return createRecordChecker(spec, { now: NOW }).check(raw);
}

function codes({ findings }: CheckedRecord): readonly string[] {
  return findings.map(({ code, column, rule }) => `${code} ${column ?? rule ?? ''}`);
}

test.each([
  ['an unquoted empty field is NULL', STRING, '', CELL.PLAIN, null],
  ['a quoted empty field is an empty text', STRING, '', CELL.QUOTED, ''],
  ['a quoted empty field is NULL for a number', INT64, '', CELL.QUOTED, null],
  ['a NULL word is NULL, quoted or not', STRING, 'N/A', CELL.QUOTED, null],
  ['JSON null is NULL', STRING, null, CELL.NULL, null],
  ['blanks around a plain text stay', STRING, ' a ', CELL.PLAIN, ' a '],
  ['a JSON number is text for a text column', STRING, '1.50', CELL.LITERAL, '1.50'],
] as const)('%s', (_, type, text, kind, value) => {
  const spec = specOf({ schema: [{ name: 'c', type }], source: { csv: { null_values: ['N/A'] } } });
  expect(check(spec, [text, kind])).toMatchObject({ findings: [], cells: [value] });
});

test('null_values with an empty text makes a quoted empty field NULL', () => {
  const spec = specOf({ schema: [{ name: 'c' }], source: { csv: { null_values: [''] } } });
  expect(check(spec, ['', CELL.QUOTED]).cells).toEqual([null]);
});

test('blanks at both ends of an identity column are trimmed', () => {
  const identity = {
    domain: 'markets',
    source_system: 'X',
    source_id: { kind: 'column', type: STRING, name: 'id' },
    columns: ['id'],
  } as const;
  const deduplication = { key: [], strategy: 'none', version_field: null } as const;
  const processing = { identity, deduplication, resupply: 'replace', delivery: 'full', partition_field: null, cluster_fields: [] } as const;
  const spec = specOf({ schema: [{ name: 'id', nullable: false }, { name: 'note' }], processing });
  expect(check(spec, [' \tA 1 ', CELL.PLAIN], [' x', CELL.PLAIN]).cells).toEqual(['A 1', ' x']);
  expect(codes(check(spec, ['  ', CELL.PLAIN], ['x', CELL.PLAIN]))).toEqual(['NULL_NOT_ALLOWED id']);
});

test('a default takes the place of NULL, a required column without one is refused', () => {
  const spec = specOf({
    schema: [
      { name: 'a', type: INT64, default: 7n },
      { name: 'b', nullable: false },
      { name: 'c', nullable: false },
    ],
  });
  const checked = check(spec, ['', CELL.PLAIN], [null, CELL.MISSING], ['', CELL.PLAIN]);
  expect(codes(checked)).toEqual(['FIELD_MISSING b', 'NULL_NOT_ALLOWED c']);
  expect(checked.cells[0]).toBe(7n);
});

test('a well-typed value has a finding for every limit that it breaks', () => {
  const spec = specOf({
    schema: [
      { name: 'code', max_length: 3, pattern: '[A-Z]+', allowed_values: ['EUR'], check: 'currency' },
      { name: 'price', type: AMOUNT, min_value: 10_000n, max_value: 20_000n },
    ],
  });
  expect(codes(check(spec, ['euro', CELL.PLAIN], ['0.5', CELL.PLAIN]))).toEqual([
    'VALUE_TOO_LONG code',
    'VALUE_NOT_ALLOWED code',
    'PATTERN_MISMATCH code',
    'CHECK_DIGIT code',
    'VALUE_OUT_OF_RANGE price',
  ]);
  expect(check(spec, ['EUR', CELL.PLAIN], ['2.0001', CELL.PLAIN]).findings[0]).toEqual({
    code: 'VALUE_OUT_OF_RANGE',
    column: 'price',
    rule: null,
    found: '2.0001',
    expected: 'at most 2',
    message: "price: expected at most 2, found '2.0001'",
  });
});

test('max_length counts characters, not halves of them', () => {
  const spec = specOf({ schema: [{ name: 'c', max_length: 2 }] });
  expect(codes(check(spec, ['😀😀', CELL.PLAIN]))).toEqual([]);
  expect(codes(check(spec, ['😀😀a', CELL.PLAIN]))).toEqual(['VALUE_TOO_LONG c']);
});

test('what is found is cut to 200 characters', () => {
  const spec = specOf({ schema: [{ name: 'c', type: INT64 }] });
  expect(check(spec, ['x'.repeat(500), CELL.PLAIN]).findings[0]?.found).toHaveLength(200);
});

test('a rule is looked at only where none of its columns is wrong, and passes on NULL', () => {
  const columns = new Map<string, ColumnType>([
    ['a', INT64],
    ['b', INT64],
  ]);
  const validation = { row_level: [rowRule('a < b', columns, { code: 'A_BELOW_B' }), rowRule('b > 0', columns)] };
  const spec = specOf({
    schema: [
      { name: 'a', type: INT64 },
      { name: 'b', type: INT64 },
    ],
    validation,
  });
  expect(codes(check(spec, ['5', CELL.PLAIN], ['-1', CELL.PLAIN]))).toEqual(['RULE_FAILED A_BELOW_B', 'RULE_FAILED b > 0']);
  expect(codes(check(spec, ['x', CELL.PLAIN], ['-1', CELL.PLAIN]))).toEqual(['TYPE_MISMATCH a', 'RULE_FAILED b > 0']);
  expect(codes(check(spec, ['', CELL.PLAIN], ['1', CELL.PLAIN]))).toEqual([]);
});

test('a rule of severity warning keeps the record', () => {
  const columns = new Map<string, ColumnType>([['a', INT64]]);
  const spec = specOf({
    schema: [{ name: 'a', type: INT64 }],
    validation: { row_level: [rowRule('a < 10', columns, { severity: 'warning' })] },
  });
  const checked = check(spec, ['11', CELL.PLAIN]);
  expect(checked.findings).toEqual([]);
  expect(checked.warnings).toMatchObject([{ code: 'RULE_FAILED', rule: 'a < 10', found: 'a=11' }]);
});

test('nanoseconds stand in a column of their own', () => {
  const timestamp: ColumnType = { kind: 'TIMESTAMP' };
  const spec = specOf({
    schema: [
      { name: 't', type: timestamp, precision: 'ns' },
      { name: 'n', type: INT64 },
    ],
  });
  expect(outputColumns(spec).map(({ name }) => name)).toEqual(['t', 't_nanos', 'n']);
  expect(check(spec, ['1970-01-01T00:00:00.000001234Z', CELL.PLAIN], ['1', CELL.PLAIN]).cells).toEqual([1n, 234n, 1n]);
  expect(check(spec, ['', CELL.PLAIN], ['1', CELL.PLAIN]).cells).toEqual([null, null, 1n]);
});

test('a list has its values, or one finding', () => {
  const spec = specOf({ schema: [{ name: 'legs', type: INT64, mode: 'REPEATED' }] });
  const raw = emptyCells(1);
  raw.lists[0] = ['1', '2'].map((text) => ({ text, kind: CELL.LITERAL }));
  expect(createRecordChecker(spec, { now: NOW }).check(raw).cells).toEqual([[1n, 2n]]);
  raw.lists[0] = ['1', 'x', null].map((text) => ({ text, kind: text === null ? CELL.NULL : CELL.QUOTED }));
  expect(codes(createRecordChecker(spec, { now: NOW }).check(raw))).toEqual(['TYPE_MISMATCH legs']);
  expect(check(spec, [null, CELL.MISSING]).cells).toEqual([[]]);
  expect(codes(check(spec, ['5', CELL.LITERAL]))).toEqual(['TYPE_MISMATCH legs']);
});
