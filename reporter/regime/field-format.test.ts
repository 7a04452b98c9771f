import { expect, test } from 'vitest';
import { FIELD_CHECKS } from './field-checks.ts';
import { fitsFormat, parseFormat } from './field-format.ts';
import { CHECK_NAMES } from './regime-model.ts';

const DECIMAL = { kind: 'DECIMAL', precision: 38, scale: 18 } as const;
const at = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
};

test.each([
  ['DECIMAL-18/13', '12345.1234567890123', true],
  ['DECIMAL-18/13', '123456.1234567890123', false],
  ['DECIMAL-18/13', '0.12345678901234', false],
  ['DECIMAL-18/17', '0.12345678901234567', true],
  ['DECIMAL-18/17', '0.000000000000000001', false],
  ['DECIMAL-18/5', '-1234567890123.12345', true],
  ['DECIMAL-18/5', '12345678901234.12345', false],
  ['DECIMAL-18/5', '123456789012345678', true],
])('%s and %s', (format, number, fits) => {
  expect(fitsFormat(parseFormat(format)!, DECIMAL, at(number))).toBe(fits);
});

test.each(['ALPHANUM', 'ALPHANUM-0', 'ALPHANUM-5/2', 'DECIMAL-18', 'DECIMAL-5/6', 'DECIMAL-39/2', 'INTEGER', 'DATE-3', 'TEXT-3', ''])(
  '%s is no format',
  (text) => {
    expect(parseFormat(text)).toBeUndefined();
  },
);

test('a text keeps its length in characters and holds none that cannot be sent', () => {
  const format = parseFormat('ALPHANUM-3')!;
  const fits = (text: string): boolean => fitsFormat(format, { kind: 'STRING' }, text);
  expect(['a', 'abc', 'äöü', '😀😀😀'].map(fits)).toEqual([true, true, true, true]);
  expect(['', 'abcd', 'a\tb', 'a\u0000', '\uD800', 'a\uFFFE'].map(fits)).toEqual([false, false, false, false, false, false]);
});

const CHECKED: Readonly<Record<(typeof CHECK_NAMES)[number], readonly [good: readonly string[], bad: readonly string[]]>> = {
  lei: [['529900ELBE7ASSET0138'], ['529900ELBE7ASSET0139', '529900elbe7asset0138', '']],
  isin: [
    ['DE0007164600', 'US912828U816'],
    ['DE0007164601', 'DE000716460'],
  ],
  mic: [
    ['XETR', 'XOFF', 'XXXX'],
    ['QQQQ', 'xetr'],
  ],
  cfi: [
    ['ESVUFR', 'OCASPS'],
    ['OXASPS', 'ESVUF'],
  ],
  currency: [
    ['EUR', 'USD'],
    ['EUX', 'eur'],
  ],
  country: [
    ['DE', 'SE'],
    ['XX', 'UK', 'DEU', 'de'],
  ],
  concat: [
    ['DE19700131JOHN#SMITH', 'FR19800229MARIEDUPON', 'SE20000101A####B####'],
    [
      'DE19700230JOHN#SMITH',
      'XX19700131JOHN#SMITH',
      'DE19700131JOHNSMITH',
      'DE19700131#####SMITH',
      'DE19700131JO#N#SMITH',
      'DE19700131john#smith',
      '19700131JOHN#SMITH',
    ],
  ],
  national_id: [
    ['SE197001012384', 'FI1'],
    ['SE', 'SE19-70', 'XX1', `SE${'1'.repeat(36)}`],
  ],
};

test.each(CHECK_NAMES)('%s tells good from bad', (name) => {
  const [good, bad] = CHECKED[name];
  expect(good.filter((text) => !FIELD_CHECKS[name].holds(text))).toEqual([]);
  expect(bad.filter((text) => FIELD_CHECKS[name].holds(text))).toEqual([]);
});
