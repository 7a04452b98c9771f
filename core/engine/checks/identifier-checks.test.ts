import { expect, test } from 'vitest';
import { identifierCheck } from './identifier-checks.ts';

const VALID = {
  lei: ['969500HMVSZ0TCV65D58', '5493006GZOHISU7JTC27', '529900T8BM49AURSDO55'],
  isin: ['US0378331005', 'DE000BAY0017', 'GB0002634946', 'AU0000XVGZA3'],
  mic: ['XETR', 'XLON', 'DRSP', 'XOFF'],
  currency: ['EUR', 'USD', 'JPY', 'XAU'],
  cfi: ['ESVUFR', 'DBFTFB', 'FFICSX'],
  figi: ['BBG000BLNNH6', 'BBG000B9XRY4'],
} as const;

const INVALID = {
  lei: ['969500HMVSZ0TCV65D59', '969500HMVSZ0TCV65D5', '969500hmvsz0tcv65d58', ''],
  isin: ['US0378331006', 'US037833100', 'us0378331005', '0S0378331005'],
  mic: ['ZZZZ', 'xetr', 'XETRA'],
  currency: ['EURO', 'eur', 'ZZZ'],
  cfi: ['QSVUFR', 'ESVUF', 'EZVUFR', 'esvufr'],
  figi: ['BBG000BLNNH7', 'BSG000BLNNH6', 'BBA000BLNNH6', 'BBG000BLNNH'],
} as const;

const NAMES = ['lei', 'isin', 'mic', 'currency', 'cfi', 'figi'] as const;

test.each(NAMES)('%s accepts what its register accepts and nothing else', (name) => {
  const { holds } = identifierCheck(name);
  expect(VALID[name].filter((text) => !holds(text))).toEqual([]);
  expect(INVALID[name].filter((text) => holds(text))).toEqual([]);
});

test('a changed character never keeps a check digit right', () => {
  for (const name of ['lei', 'isin', 'figi'] as const) {
    const { holds } = identifierCheck(name);
    const [text] = VALID[name];
    for (let index = 0; index < text.length; index += 1) {
      const other = text.charAt(index) === '7' ? '8' : '7';
      expect(holds(text.slice(0, index) + other + text.slice(index + 1))).toBe(false);
    }
  }
});
