import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readValue } from '../../types/read-value.ts';
import type { ColumnType } from '../../types/column-type.ts';
import { column } from '../test-support/spec-of.ts';
import { fastReader } from './fast-readers.ts';

function agrees(type: ColumnType, texts: fc.Arbitrary<string>, decimalSeparator: '.' | ',' = '.'): void {
  const fast = fastReader(column({ name: 'c', type, format: { kind: 'iso8601' } }), decimalSeparator);
  let taken = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const value = fast?.(text);
      if (value !== undefined) {
        taken += 1;
        expect(readValue(type, text, { decimalSeparator })).toEqual({ ok: true, value });
      }
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(200);
}

const digits = (max: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^-?[0-9]{0,${max}}$`));

test('whole numbers are read as the slow reader reads them', () => {
  agrees({ kind: 'INT64' }, fc.oneof(digits(18), fc.stringMatching(/^[-+0-9.e ]{0,6}$/)));
});

test('decimals are read as the slow reader reads them', () => {
  const texts = fc.oneof(
    fc.tuple(digits(20), fc.constantFrom('.', '', ',', '..'), fc.stringMatching(/^[0-9]{0,11}$/)).map((parts) => parts.join('')),
    fc.stringMatching(/^[-+0-9.,e ]{0,6}$/),
  );
  agrees({ kind: 'DECIMAL', precision: 18, scale: 4 }, texts);
  agrees({ kind: 'DECIMAL', precision: 38, scale: 9 }, texts);
  agrees({ kind: 'DECIMAL', precision: 6, scale: 5 }, fc.oneof(texts, fc.stringMatching(/^0[.][0-9]{1,5}$/)));
  agrees({ kind: 'DECIMAL', precision: 18, scale: 4 }, texts, ',');
});

test('moments are read as the slow reader reads them', () => {
  const two = (max: number): fc.Arbitrary<string> => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
  const texts = fc
    .tuple(
      fc.integer({ min: 1960, max: 2210 }),
      two(13),
      two(32),
      fc.constantFrom('T', ' ', 't'),
      two(25),
      two(61),
      two(61),
      fc.constantFrom('Z', '.1Z', '.123456Z', '.1234567Z', '.Z', 'z', '', '+01:00', '.12 4Z'),
    )
    .map(([year, month, day, t, hour, minute, second, rest]) => `${year}-${month}-${day}${t}${hour}:${minute}:${second}${rest}`);
  agrees({ kind: 'TIMESTAMP' }, texts);
});

test('text with half a character is left to the slow reader', () => {
  const fast = fastReader(column({ name: 'c' }), '.');
  expect([fast?.('a'), fast?.('\ud800')]).toEqual(['a', undefined]);
});
