import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../engine/output/file-output.ts';
import { column, specOf } from '../engine/test-support/spec-of.ts';
import { FIRST_MICROS, LAST_MICROS } from '../types/calendar.ts';
import type { ColumnType } from '../types/column-type.ts';
import { printValue } from '../types/print-value.ts';
import { createRecordJson } from './record-json.ts';

const micros = fc.oneof(
  fc.bigInt({ min: FIRST_MICROS, max: LAST_MICROS }),
  fc.bigInt({ min: 1_675_058_400_000_000n, max: 1_675_058_403_000_000n }),
);
const decimal = (precision: number, scale: number): readonly [ColumnType, fc.Arbitrary<Cell>] => [
  { kind: 'DECIMAL', precision, scale },
  fc.oneof(
    fc.bigInt({ min: -(10n ** BigInt(precision)) + 1n, max: 10n ** BigInt(precision) - 1n }),
    fc.bigInt({ min: -500n, max: 500n }),
    fc.integer({ min: -99, max: 99 }).map((whole) => BigInt(whole) * 10n ** BigInt(scale)),
  ),
];

const TYPES: readonly (readonly [ColumnType, fc.Arbitrary<Cell>])[] = [
  [
    { kind: 'STRING' },
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
    ),
  ],
  [{ kind: 'JSON' }, fc.json()],
  [{ kind: 'INT64' }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  decimal(38, 18),
  decimal(18, 9),
  decimal(2, 0),
  [{ kind: 'FLOAT64' }, fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  [{ kind: 'DATE' }, fc.integer({ min: -719_162, max: 2_932_896 })],
  [{ kind: 'TIME' }, fc.integer({ min: 0, max: 86_399_999_999 })],
  [{ kind: 'DATETIME' }, micros],
  [{ kind: 'TIMESTAMP' }, micros],
  [{ kind: 'BYTES' }, fc.uint8Array({ maxLength: 20 })],
];

test.each(TYPES)('%j is written as the text of its value', (type, cells) => {
  const write = createRecordJson(specOf({ schema: [column({ name: 'a"é', type })] }));
  fc.assert(
    fc.property(cells, (cell) => {
      const text = write({ cells: [cell], extra: null, warnings: [] });
      expect(JSON.parse(text)).toEqual({ 'a"é': printValue(type, cell as Exclude<Cell, readonly unknown[]>) });
    }),
    { numRuns: 300 },
  );
});

test('NULL is left out, BOOL is bare, lists are arrays, nanoseconds a member of their own', () => {
  const write = createRecordJson(
    specOf({
      schema: [
        { name: 'none' },
        { name: 'flag', type: { kind: 'BOOL' } },
        { name: 'list', type: { kind: 'INT64' }, mode: 'REPEATED' },
        { name: 'at', type: { kind: 'TIMESTAMP' }, precision: 'ns' },
      ],
    }),
  );
  expect(write({ cells: [null, false, [1n, 2n], 1_000_001n, 7n], extra: null, warnings: [] })).toBe(
    '{"flag":false,"list":["1","2"],"at":"1970-01-01T00:00:01.000001Z","at_nanos":"7"}',
  );
  expect(write({ cells: [null, null, [], null, null], extra: null, warnings: [] })).toBe('{"list":[]}');
  expect(write({ cells: [null, null, null, null, null], extra: null, warnings: [] })).toBe('{}');
});

test('unknown members and warnings travel as JSON text', () => {
  const write = createRecordJson(specOf({ schema: [{ name: 'a' }] }));
  const warning = { code: 'RULE_FAILED', column: null, rule: 'odd', found: null, expected: null, message: 'm' } as const;
  expect(write({ cells: [null], extra: '{"x":1}', warnings: [] })).toBe('{"_extra":"{\\"x\\":1}"}');
  const both = JSON.parse(write({ cells: ['v'], extra: '{}', warnings: [warning] })) as Record<string, string>;
  expect(both).toMatchObject({ a: 'v', _extra: '{}' });
  expect(JSON.parse(both['_warnings'] ?? '')).toEqual([warning]);
});
