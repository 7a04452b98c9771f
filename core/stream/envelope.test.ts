import { expect, test } from 'vitest';
import type { Finding } from '../engine/report.ts';
import type { LogMessage } from '../ports/message-log.ts';
import { ATTRIBUTE_BYTES_MAX, createAttributes, deadLetterAttributes, orderingKeyOf } from './envelope.ts';

const attributesOf = createAttributes({ name: 'exchange_trades', version: 3, spec_version: 'ab' });
const MESSAGE: LogMessage = {
  topic: 'exchange.trades',
  partition: 2,
  offset: 9_007_199_254_740_993n,
  timestampMs: 1_675_058_400_123,
  key: Buffer.from('T-1'),
  value: Buffer.from('{}'),
  headers: [],
};

test('a message says which message of the log it is', () => {
  expect(attributesOf(MESSAGE)).toEqual({
    source: 'exchange_trades',
    kafka_topic: 'exchange.trades',
    kafka_partition: '2',
    kafka_offset: '9007199254740993',
    kafka_timestamp: '2023-01-30T06:00:00.123000Z',
    kafka_key: 'T-1',
    schema_version: '3',
    spec_version: 'ab',
  });
});

test.each([null, Buffer.from([0xff]), Buffer.alloc(ATTRIBUTE_BYTES_MAX + 1, 'k')])('a key that is no short text is left out', (key) => {
  expect(attributesOf({ ...MESSAGE, key })).not.toHaveProperty('kafka_key');
});

test.each([-1, 253_402_300_800_000, 9e15])('a time of no year of four digits is left out: %d', (timestampMs) => {
  expect(attributesOf({ ...MESSAGE, timestampMs })).not.toHaveProperty('kafka_timestamp');
});

const finding = (column: string): Finding => ({
  code: 'TYPE_MISMATCH',
  column,
  rule: null,
  found: 'secret',
  expected: null,
  message: 'secret',
});

test('a dead letter names its codes and findings, whole ones only, and no value', () => {
  expect(deadLetterAttributes('refused', [finding('price'), finding('quantity')])).toEqual({
    reason: 'refused',
    codes: 'TYPE_MISMATCH',
    finding_count: '2',
    findings: '[{"code":"TYPE_MISMATCH","column":"price","rule":null},{"code":"TYPE_MISMATCH","column":"quantity","rule":null}]',
  });
  const many = deadLetterAttributes(
    'refused',
    Array.from({ length: 500 }, (_, index) => finding(`é${index}`)),
  );
  expect(many).toMatchObject({ finding_count: '500', codes: 'TYPE_MISMATCH' });
  expect(Buffer.byteLength(many['findings'] ?? '')).toBeLessThanOrEqual(ATTRIBUTE_BYTES_MAX);
  expect((JSON.parse(many['findings'] ?? '') as unknown[]).length).toBeGreaterThan(15);
  expect(deadLetterAttributes('tombstone', [])).toEqual({ reason: 'tombstone', codes: '', finding_count: '0', findings: '[]' });
});

test('an ordering key is the same for the same text and fits the bus', () => {
  expect(orderingKeyOf('ABC')).toBe('ABC');
  expect(orderingKeyOf(null)).toBeNull();
  expect(orderingKeyOf('')).toBeNull();
  const long = orderingKeyOf('é'.repeat(600)) ?? '';
  expect(long).toBe(orderingKeyOf('é'.repeat(600)));
  expect(long).not.toBe(orderingKeyOf('é'.repeat(601)));
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(ATTRIBUTE_BYTES_MAX);
});
