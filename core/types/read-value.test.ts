import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnType } from './column-type.ts';
import { printValue } from './print-value.ts';
import { readValue, type ReadOptions } from './read-value.ts';
import { parseStrptimeFormat } from './strptime.ts';
import { parseType, printType } from './type-text.ts';

function type(text: string): ColumnType {
  const parsed = parseType(text);
  if (parsed === undefined) {
    throw new Error(`no type ${text}`);
  }
  return parsed;
}
/** The value printed again, or 'refused'. */
function read(typeText: string, text: string, options: ReadOptions = {}): string {
  const reading = readValue(type(typeText), text, options);
  return reading.ok ? String(printValue(type(typeText), reading.value)) : 'refused';
}
function strptime(format: string): ReadOptions {
  const parts = parseStrptimeFormat(format);
  if ('unknown' in parts) {
    throw new Error(parts.unknown);
  }
  return { format: { kind: 'strptime', text: format, parts } };
}

describe('readValue', () => {
  it.each([
    ['INT64', '42', '42'],
    ['INT64', '-9223372036854775808', '-9223372036854775808'],
    ['INT64', '+007', '7'],
    ['NUMERIC', '101.250000000', '101.25'],
    ['NUMERIC(5,2)', '1.500', '1.5'],
    ['NUMERIC(5,2)', '999.99', '999.99'],
    ['NUMERIC', '.5', '0.5'],
    ['NUMERIC', '-0.00', '0'],
    ['NUMERIC', '1e5', '100000'],
    ['NUMERIC', '25e-1', '2.5'],
    ['BIGNUMERIC', '0.000000000000000001', '0.000000000000000001'],
    ['FLOAT64', '1e-3', '0.001'],
    ['BOOL', 'TRUE', 'true'],
    ['BOOL', 'n', 'false'],
    ['DATE', '2024-02-29', '2024-02-29'],
    ['TIME', '23:59:59.999999', '23:59:59.999999'],
    ['DATETIME', '2023-01-30 06:00:00', '2023-01-30T06:00:00.000000'],
    ['TIMESTAMP', '2023-01-30T06:00:00.123456Z', '2023-01-30T06:00:00.123456Z'],
    ['TIMESTAMP', '2023-01-30 06:00:00+00:00', '2023-01-30T06:00:00.000000Z'],
    ['TIMESTAMP', '2023-01-30T06:00:00,5+0530', '2023-01-30T00:30:00.500000Z'],
    ['TIMESTAMP', '2023-01-30T06:00', '2023-01-30T06:00:00.000000Z'],
    ['TIMESTAMP', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000Z'],
    ['JSON', '{"a": [1]}', '{"a": [1]}'],
    ['BYTES', 'AAEC', 'AAEC'],
    ['STRING', ' as it is ', ' as it is '],
  ])('reads %s %j as %s', (typeText, text, expected) => {
    expect(read(typeText, text)).toBe(expected);
  });

  it.each([
    ['INT64', '9223372036854775808'],
    ['INT64', '1e5'],
    ['INT64', '1.0'],
    ['INT64', '1,000'],
    ['INT64', ' 1'],
    ['INT64', ''],
    ['INT64', '٣'],
    ['NUMERIC(5,2)', '1000.00'],
    ['NUMERIC(5,2)', '1.005'],
    ['NUMERIC', '1,000.5'],
    ['NUMERIC', 'NaN'],
    ['NUMERIC', '.'],
    ['NUMERIC', '-'],
    ['NUMERIC', '1e400'],
    ['NUMERIC', '1 '],
    ['NUMERIC', '0x10'],
    ['FLOAT64', 'NaN'],
    ['FLOAT64', 'Infinity'],
    ['FLOAT64', '1e999'],
    ['BOOL', 'maybe'],
    ['DATE', '2025-02-30'],
    ['DATE', '2023-02-29'],
    ['DATE', '2023-1-30'],
    ['DATE', '0000-01-01'],
    ['DATE', '2023-13-01'],
    ['TIME', '24:00'],
    ['TIME', '24:00:00'],
    ['TIME', '12:60:00'],
    ['DATETIME', '2023-01-30T06:00:00Z'],
    ['TIMESTAMP', '2023-01-30T23:59:60Z'],
    ['TIMESTAMP', '2023-01-30T06:00:00.1234567Z'],
    ['TIMESTAMP', '2023-01-30T06:00:00+19:00'],
    ['TIMESTAMP', '2023-01-30'],
    ['TIMESTAMP', '0001-01-01T00:00:00+01:00'],
    ['JSON', '{a: 1}'],
    ['BYTES', 'A'],
    ['STRING', '\ud800'],
  ])('refuses %s %j', (typeText, text) => {
    expect(read(typeText, text)).toBe('refused');
  });

  it('keeps nanoseconds where the precision says so and refuses them elsewhere', () => {
    const text = '2023-01-30T06:00:00.123456789Z';
    expect(readValue(type('TIMESTAMP'), text, { precision: 'ns' })).toEqual({
      ok: true,
      value: 1_675_058_400_123_456n,
      nanos: 789,
    });
    expect(read('TIMESTAMP', text)).toBe('refused');
    expect(read('TIMESTAMP', '2023-01-30T06:00:00.123456000Z')).toBe('2023-01-30T06:00:00.123456Z');
  });

  it('reads decimal commas and then refuses points', () => {
    expect(read('NUMERIC', '1,5', { decimalSeparator: ',' })).toBe('1.5');
    expect(read('NUMERIC', '1.5', { decimalSeparator: ',' })).toBe('refused');
    expect(read('FLOAT64', '1,5', { decimalSeparator: ',' })).toBe('1.5');
    expect(read('FLOAT64', '1.5', { decimalSeparator: ',' })).toBe('refused');
  });

  it.each([
    ['s', '1675058400', '2023-01-30T06:00:00.000000Z'],
    ['s', '1675058400.123456', '2023-01-30T06:00:00.123456Z'],
    ['ms', '1675058400123', '2023-01-30T06:00:00.123000Z'],
    ['us', '1675058400123456', '2023-01-30T06:00:00.123456Z'],
    ['ns', '1675058400123456000', '2023-01-30T06:00:00.123456Z'],
    ['ns', '1675058400123456789', 'refused'],
    ['ms', '-1', '1969-12-31T23:59:59.999000Z'],
    ['ms', '1e3', 'refused'],
    ['s', '253402300800', 'refused'],
  ] as const)('reads epoch %s %s as %s', (unit, text, expected) => {
    expect(read('TIMESTAMP', text, { format: { kind: 'epoch', unit } })).toBe(expected);
  });

  it('keeps the nanoseconds of an epoch before 1970 non-negative', () => {
    const options: ReadOptions = { format: { kind: 'epoch', unit: 'ns' }, precision: 'ns' };
    expect(readValue(type('TIMESTAMP'), '-1', options)).toEqual({ ok: true, value: -1n, nanos: 999 });
  });

  it.each([
    ['%Y%m%d-%H:%M:%S.%f', '20230130-06:00:00.123', '2023-01-30T06:00:00.123000Z'],
    ['%Y%m%d-%H:%M:%S%N', '20230130-06:00:00.123', '2023-01-30T06:00:00.123000Z'],
    ['%Y%m%d-%H:%M:%S%N', '20230130-06:00:00', '2023-01-30T06:00:00.000000Z'],
    ['%Y%m%d-%H:%M:%S%N', '20230130-06:00:00.', 'refused'],
    ['%Y%m%d-%H:%M:%S%N', '20230130-6:00:00', '2023-01-30T06:00:00.000000Z'],
    ['%d/%m/%Y %H:%M', '5/1/2023 6:07', '2023-01-05T06:07:00.000000Z'],
    ['%Y-%m-%dT%H:%M:%S%z', '2023-01-30T06:00:00+0100', '2023-01-30T05:00:00.000000Z'],
    ['%d-%b-%y %I:%M %p', '30-JAN-23 12:05 am', '2023-01-30T00:05:00.000000Z'],
    ['%F %T', '2023-01-30 06:00:01', '2023-01-30T06:00:01.000000Z'],
    ['%Y%j', '2024366', '2024-12-31T00:00:00.000000Z'],
    ['%Y%j', '2023366', 'refused'],
    ['%Y%m%d', '2023130', 'refused'],
    ['%Y%m%d', '20230230', 'refused'],
    ['%Y-%m-%d', '2023-01-30 ', 'refused'],
    ['%H:%M', '24:00', 'refused'],
    ['%I %p', '13 PM', 'refused'],
    ['%d %B %Y', '30 January 2023', '2023-01-30T00:00:00.000000Z'],
    ['%H:%M %Z', '06:00 UTC', '1970-01-01T06:00:00.000000Z'],
    ['%H:%M %Z', '06:00 CET', 'refused'],
    ['100%% %Y', '100% 2023', '2023-01-01T00:00:00.000000Z'],
  ])('reads %s %j as %s', (format, text, expected) => {
    expect(read('TIMESTAMP', text, strptime(format))).toBe(expected);
  });

  it('names a strptime directive that it does not know', () => {
    expect(parseStrptimeFormat('%Y-%Q')).toEqual({ unknown: '%Q' });
    expect(parseStrptimeFormat('%')).toEqual({ unknown: '%' });
  });

  it.each([
    ['2023-01-30T06:00:00', 'Europe/Paris', '2023-01-30T05:00:00.000000Z'],
    ['2023-03-26T01:59:59', 'Europe/Paris', '2023-03-26T00:59:59.000000Z'],
    ['2023-03-26T02:30:00', 'Europe/Paris', 'refused'],
    ['2023-03-26T03:00:00', 'Europe/Paris', '2023-03-26T01:00:00.000000Z'],
    ['2023-10-29T02:30:00', 'Europe/Paris', 'refused'],
    ['2023-10-29T02:30:00+02:00', 'Europe/Paris', '2023-10-29T00:30:00.000000Z'],
    ['2023-10-29T03:00:00', 'Europe/Paris', '2023-10-29T02:00:00.000000Z'],
    // Clocks go forward at midnight here: the day begins at 01:00.
    ['2018-11-04T00:30:00', 'America/Sao_Paulo', 'refused'],
    ['2018-11-04T01:30:00', 'America/Sao_Paulo', '2018-11-04T03:30:00.000000Z'],
    // Clocks go back at midnight here: the last hour of the day comes twice.
    ['2018-02-17T23:30:00', 'America/Sao_Paulo', 'refused'],
    ['2018-02-18T00:30:00', 'America/Sao_Paulo', '2018-02-18T03:30:00.000000Z'],
  ])('reads local %s in %s as %s', (text, timezone, expected) => {
    expect(read('TIMESTAMP', text, { timezone })).toBe(expected);
  });

  it('says what it had expected', () => {
    expect(readValue(type('NUMERIC(18,4)'), 'x')).toEqual({
      ok: false,
      expected: 'a number of at most 14 digits before and 4 after the decimal mark',
    });
    expect(readValue(type('TIMESTAMP'), '2023-03-26T02:30:00', { timezone: 'Europe/Paris' })).toEqual({
      ok: false,
      expected: 'a local time that exists in Europe/Paris: the clocks are put forward over this one',
    });
  });

  it('reads what it prints, for every type', () => {
    const cases = fc.oneof(
      fc.tuple(fc.constant(type('INT64')), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      fc.tuple(fc.constant(type('NUMERIC(38,9)')), fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
      fc.tuple(fc.constant(type('DATE')), fc.integer({ min: -719_162, max: 2_932_896 })),
      fc.tuple(fc.constant(type('TIME')), fc.integer({ min: 0, max: 86_399_999_999 })),
      fc.tuple(
        fc.constantFrom(type('TIMESTAMP'), type('DATETIME')),
        fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
      ),
      fc.tuple(fc.constant(type('FLOAT64')), fc.double({ noNaN: true, noDefaultInfinity: true })),
    );
    fc.assert(
      fc.property(cases, ([columnType, value]) => {
        const text = printValue(columnType, value);
        const reading = readValue(columnType, text ?? '');
        expect(reading.ok && reading.value === value).toBe(true);
      }),
    );
  });
});

describe('type texts', () => {
  it.each(['STRING', 'NUMERIC', 'BIGNUMERIC', 'NUMERIC(18,4)', 'BIGNUMERIC(30,12)', 'TIMESTAMP'])('reads and prints %s', (text) => {
    expect(printType(type(text))).toBe(text);
  });
  it.each(['TEXT', 'NUMERIC(39,0)', 'NUMERIC(5,6)', 'STRING(5)', 'NUMERIC(0,0)', ''])('refuses %j', (text) => {
    expect(parseType(text)).toBeUndefined();
  });
  it('makes NUMERIC with more than nine decimals a BIGNUMERIC', () => {
    expect(printType(type('NUMERIC(38,12)'))).toBe('BIGNUMERIC(38,12)');
  });
});
