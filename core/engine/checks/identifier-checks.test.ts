import fc from 'fast-check';
import { expect, test } from 'vitest';
import currencies from './currency-codes.json' with { type: 'json' };
import { identifierCheck } from './identifier-checks.ts';
import mics from './mic-codes.json' with { type: 'json' };

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

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const REGISTERED = [...mics.codes, ...currencies.codes, ...currencies.withdrawn].flatMap((line) => line.split(' '));
const body = (unit: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(unit)), minLength: length, maxLength: length });

/** Starts that lack their last two characters. */
const START = {
  lei: body(CAPITALS, 18),
  isin: fc.tuple(body(CAPITALS, 1), body('AUSDE0', 1), body(CAPITALS, 8)).map((parts) => parts.join('')),
  figi: fc
    .tuple(fc.constantFrom('BBG', 'KKG', 'GGG', 'BSG', 'KYG', 'BBA', '1BG', 'ABG'), body('BCDXZ0123456789E', 7))
    .map((parts) => parts.join('')),
  mic: body('XTAERLON', 2),
  currency: body('EURSDGBP', 1),
  cfi: body('ESVUFRDB', 4),
} as const;

/** With every digit and a few letters at the end, so that each start is right with some of them. */
const ENDINGS = [
  ...Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0')),
  ...['A0', '0A', 'ZZ', 'XR', 'UR', 'a0', '0:', '/0', '', '0', '000'],
];

/** Whether the bytes of a text hold, with others around them. */
function bytesHold(name: (typeof NAMES)[number], text: string): boolean {
  const bytes = Buffer.from(`${text}${text}${text}`, 'latin1');
  return identifierCheck(name).bytesHold(bytes, text.length, 2 * text.length);
}

test.each(NAMES)('%s says the same of bytes as of text', (name) => {
  const { holds } = identifierCheck(name);
  let valid = 0;
  fc.assert(
    fc.property(START[name], fc.nat(), fc.constantFrom('', 'A', '0', 'a', ' ', '\0', '@', '[', '\x7f'), (start, at, put) => {
      const place = at % (start.length + 1);
      for (const text of [...ENDINGS.map((ending) => start + ending), start.slice(0, place) + put + start.slice(place + 1) + '00']) {
        expect(bytesHold(name, text), text).toBe(holds(text));
        valid += holds(text) ? 1 : 0;
      }
    }),
    { numRuns: 300, seed: 20230130 },
  );
  for (const text of [...REGISTERED, ...VALID[name], ...INVALID[name]]) {
    expect(bytesHold(name, text), text).toBe(holds(text));
  }
  expect(valid).toBeGreaterThan(10);
});
