import { expect, test } from 'vitest';
import type { ColumnType } from '../../types/column-type.ts';
import { specOf, type ColumnOptions } from '../test-support/spec-of.ts';
import { scanColumns, type ScanColumn } from './scan-column.ts';

function scanned(column: Omit<ColumnOptions, 'name'>, csv: Parameters<typeof specOf>[0]['source'] = {}): ScanColumn | undefined {
  return scanColumns(specOf({ schema: [{ name: 'c', ...column }], source: csv }))?.[0];
}

const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'DECIMAL', precision, scale });
const INT64: ColumnType = { kind: 'INT64' };
const TIMESTAMP: ColumnType = { kind: 'TIMESTAMP' };

test.each<[string, Omit<ColumnOptions, 'name'>, ScanColumn['kind']]>([
  ['a text', {}, 'text'],
  ['a JSON text', { type: { kind: 'JSON' } }, 'text'],
  ['a whole number', { type: INT64 }, 'integer'],
  ['a decimal', { type: decimal(18, 4) }, 'decimal'],
  ['a decimal of more places than a product has', { type: decimal(38, 20) }, 'general'],
  ['a date', { type: { kind: 'DATE' } }, 'date'],
  ['a moment', { type: TIMESTAMP }, 'timestamp'],
  ['a moment with nanoseconds', { type: TIMESTAMP, precision: 'ns' }, 'general'],
  ['a moment in seconds', { type: TIMESTAMP, format: { kind: 'epoch', unit: 's' } }, 'general'],
  ['a number from a list', { type: INT64, allowed_values: [1n] }, 'general'],
  ['a number with a limit that no double holds', { type: INT64, max_value: 2n ** 60n }, 'general'],
  ['a number with a plain limit', { type: INT64, max_value: 5n }, 'integer'],
  ['a truth value', { type: { kind: 'BOOL' } }, 'general'],
  ['a floating number', { type: { kind: 'FLOAT64' } }, 'general'],
])('%s is read by the code for it', (_, column, kind) => {
  expect(scanned(column)?.kind).toBe(kind);
});

test.each<[string, ColumnType, string, ScanColumn['kind']]>([
  ['0', INT64, 'integer', 'general'],
  ['NULL', INT64, 'integer', 'integer'],
  ['1,5', decimal(9, 2), 'decimal', 'general'],
  ['1970-01-01', { kind: 'DATE' }, 'date', 'general'],
  ['n/a', { kind: 'DATE' }, 'date', 'date'],
])('%s as a word for NULL leaves a column to the general reader where it could be a value', (word, type, _, kind) => {
  expect(scanned({ type }, { csv: { null_values: [word] } })?.kind).toBe(kind);
});

test.each<[string, ColumnType, ScanColumn['kind']]>([
  ['-', INT64, 'general'],
  ['.', INT64, 'integer'],
  ['.', decimal(9, 2), 'general'],
  [',', decimal(9, 2), 'decimal'],
  [':', TIMESTAMP, 'general'],
  ['T', TIMESTAMP, 'general'],
  ['T', decimal(9, 2), 'decimal'],
])('the delimiter %s leaves a column to the general reader where its values may have it', (delimiter, type, kind) => {
  expect(scanned({ type }, { csv: { delimiter } })?.kind).toBe(kind);
});

test('a field may be NULL only where the column has no default', () => {
  expect(scanned({ nullable: true })?.mayBeNull).toBe(true);
  expect(scanned({ nullable: true, default: 'x' })?.mayBeNull).toBe(false);
  expect(scanned({ nullable: false })?.mayBeNull).toBe(false);
});

test('lists, bytes, and a default that is no good text, are nothing for a scanner', () => {
  expect(scanned({ type: { kind: 'BYTES' } })).toBeUndefined();
  expect(scanned({ mode: 'REPEATED' })).toBeUndefined();
  expect(scanned({ default: 'N/A', allowed_values: ['BUY'] })).toBeUndefined();
  expect(scanned({ default: 'BUY', allowed_values: ['BUY'] })?.kind).toBe('text');
});

test('the output column of nanoseconds moves those behind it', () => {
  const schema = [{ name: 'a', type: TIMESTAMP, precision: 'ns' as const }, { name: 'b' }];
  expect(scanColumns(specOf({ schema }))?.map(({ output }) => output)).toEqual([0, 2]);
});
