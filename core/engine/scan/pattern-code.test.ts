import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { patternCode } from './pattern-code.ts';

type Matches = (b: Uint8Array, from: number, to: number) => boolean;

function compiled(pattern: string): Matches | null {
  const body = patternCode(pattern);
  return body === null ? null : (compileFunction(`'use strict';\n${body}`, ['b', 'from', 'to']) as Matches);
}

/** The text within other bytes that would match too, so that a look beyond its ends is seen. */
function matchesText(matches: Matches, text: string): boolean {
  const around = text.slice(0, 3) + text.slice(-3);
  const bytes = Buffer.from(around + text + around + text, 'latin1');
  return matches(bytes, around.length, around.length + text.length);
}

/** A pattern, and texts that match it unless a part in it matches nothing. */
interface Example {
  readonly pattern: string;
  readonly texts: readonly string[];
}

const TEXTS = 6;
const CLASSES: Readonly<Record<string, string>> = {
  '[A-Z]': 'AZMB',
  '[0-9]': '0590',
  '\\d': '0149',
  '[A-Z0-9]': 'A0Z9',
  '[a-c]': 'abcb',
  '\\w': 'a_Z0',
  '[^,]': 'aA \n',
  '.': ',A0a',
  '[-a.]': '-a.-',
  '[\\s\\d]': ' 1\t\n',
  '\\D': 'A,-\r',
  A: 'A',
  b: 'b',
  '-': '-',
  '\\.': '.',
  '[]': 'A',
  é: 'e',
  '[Z-é]': 'Zaz~',
};
/** A count, and the numbers of characters that are tried with it. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  '': [1],
  '{2}': [2],
  '{1,3}': [1, 2, 3],
  '{0,2}': [0, 1, 2],
  '{2,}': [2, 5],
  '{9}': [9],
  '?': [0, 1],
  '+': [1, 4],
  '*': [0, 3],
  '*?': [0, 2],
  '{3}?': [3],
  '{0}': [0],
};
const CHOICES = fc.array(fc.nat({ max: 1000 }), { minLength: TEXTS * 10, maxLength: TEXTS * 10 });

function pick(from: string | readonly number[] | undefined, choice: number | undefined): string | number {
  return from?.[(choice ?? 0) % from.length] ?? 0;
}

const COUNT = fc.oneof({ arbitrary: fc.constant(''), weight: 3 }, { arbitrary: fc.constantFrom(...Object.keys(COUNTS)), weight: 4 });
const SINGLE: fc.Arbitrary<Example> = fc.tuple(fc.constantFrom(...Object.keys(CLASSES)), COUNT, CHOICES).map(([set, count, choices]) => ({
  pattern: set + count,
  texts: Array.from({ length: TEXTS }, (_, text) =>
    Array.from({ length: Number(pick(COUNTS[count], choices[text])) }, (_each, index) =>
      pick(CLASSES[set], choices[text * 10 + index]),
    ).join(''),
  ),
}));

const EXAMPLE: fc.Arbitrary<Example> = fc.letrec<{ example: Example }>((tie) => {
  const group = fc
    .tuple(fc.constantFrom('(', '(?:'), tie('example'), tie('example'), fc.constantFrom('', '', '?', '{2}', '{0,2}', '+'))
    .map(([open, a, b, count]) => ({
      pattern: `${open}${a.pattern}|${b.pattern})${count}`,
      texts: a.texts.map((text, index) =>
        count === '{2}' ? text + (b.texts[index] ?? '') : index % 2 === 0 ? text : (b.texts[index] ?? ''),
      ),
    }));
  const part = fc.oneof({ maxDepth: 2 }, { arbitrary: SINGLE, weight: 6 }, { arbitrary: group, weight: 1 });
  const anchored = fc.tuple(fc.constantFrom('', '', '', '^'), fc.array(part, { maxLength: 5 }), fc.constantFrom('', '', '', '$'));
  return {
    example: anchored.map(([start, parts, end]) => ({
      pattern: start + parts.map(({ pattern }) => pattern).join('') + end,
      texts: Array.from({ length: TEXTS }, (_, index) => parts.map(({ texts }) => texts[index] ?? '').join('')),
    })),
  };
}).example;

const ASCII = fc.string({
  unit: fc.constantFrom('A', 'Z', 'a', 'b', '0', '9', '_', '-', '.', ',', ' ', '\n', '\0', '\x7f'),
  maxLength: 10,
});

/** A text a character away. */
function changed(text: string, [at = 0, put = 0, drop = 0]: readonly number[]): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + (['', 'A', '0', 'a', '-', '\n'][put % 6] ?? '') + text.slice(place + (drop % 2));
}

const RUNS = Number(process.env['EXPRESSION_RUNS'] ?? 400) * 10;
const SEED = Number(process.env['EXPRESSION_SEED'] ?? 20230130);

describe('pattern code', () => {
  it('says of every ASCII text what the regular expression says', () => {
    const tally = { patterns: 0, covered: 0, matched: 0, texts: 0 };
    const examples = fc.tuple(EXAMPLE, CHOICES, ASCII);
    for (const [{ pattern, texts }, choices, other] of fc.sample(examples, { numRuns: RUNS, seed: SEED })) {
      const whole = new RegExp(`^(?:${pattern})$`, 'u');
      const matches = compiled(pattern);
      tally.patterns += 1;
      if (matches === null) {
        continue;
      }
      tally.covered += 1;
      for (const text of [...texts, ...texts.map((each, index) => changed(each, choices.slice(index * 3))), other]) {
        expect(matchesText(matches, text), `${pattern} on ${JSON.stringify(text)}\n${patternCode(pattern)}`).toBe(whole.test(text));
        tally.texts += 1;
        tally.matched += whole.test(text) ? 1 : 0;
      }
    }
    expect(tally.covered / tally.patterns).toBeGreaterThan(0.5);
    expect(tally.matched / tally.texts).toBeGreaterThan(0.2);
  }, 120_000);

  test.each([
    ['T[0-9]{4}', ['T0001', 'T9999'], ['T000', 'T00011', 'U0001', 't0001', 'T00:1', '']],
    ['[A-Z]{3}(/[A-Z]{3})?', ['EUR', 'EUR/USD'], ['EUR/', 'EUR/US', 'EURUSD', 'EUR/USDX']],
    ['BUY|SELL', ['BUY', 'SELL'], ['BU', 'BUYS', 'BUYSELL', '']],
    ['[A-Z0-9]+-[0-9]{1,3}', ['A-1', 'A9Z-123'], ['-1', 'A-', 'A-1234', 'A--1']],
    ['[A-Z0-9]{2,4}[0-9]', ['AA1', 'AAAA1', '99999'], ['A1', 'AAAAA1', 'AAAAA']],
    ['[A-Z]*[0-9]*x?', ['', 'A', '1', 'A1x', 'x'], ['1A', 'xx', 'A1xx']],
    ['.*\\.csv', ['.csv', 'a.b.csv'], ['csv', 'a.csvx', '\n.csv']],
    ['^[^,]{2}$', ['ab', '..'], ['a,', 'a', 'abc']],
    ['', [''], ['a']],
    ['é?a', ['a'], ['e', 'aa']],
    ['é|x', ['x'], ['e', '']],
    ['[0-9A-F]{64}', ['0'.repeat(64), 'F'.repeat(64)], ['0'.repeat(63), '0'.repeat(65), `${'0'.repeat(63)}G`]],
    ['(?:[0-9]{2}:){2}[0-9]{2}', ['12:30:59'], ['12:30', '12:30:5', '12-30:59']],
  ])('of %s holds for %j and not for %j', (pattern, right, wrong) => {
    const matches = compiled(pattern) ?? (() => expect.unreachable(pattern));
    expect(right.filter((text) => !matchesText(matches, text))).toEqual([]);
    expect(wrong.filter((text) => matchesText(matches, text))).toEqual([]);
  });

  test.each([
    '(?=A)A',
    '(?!A)B',
    '(?<=A)B',
    '(?<x>A)\\k<x>',
    '(A)\\1',
    '\\bA',
    '\\p{L}',
    '\\u0041',
    '\\x41',
    '\\cA',
    'A)|(?:B',
    'a^b',
    'a$b',
    '(?:a*)*b',
    '[A-Z]+[A-C]+',
    '(?i:a)',
    '(AB)+',
    'a{1000000}',
    '[a-c-[b]]',
    '(A|B|C|D)(A|B|C|D)(A|B|C|D)',
  ])('is not given for %s', (pattern) => {
    expect(patternCode(pattern)).toBeNull();
  });

  it('has nothing of the text of the pattern', () => {
    expect(patternCode('T[0-9]"{2}')).toBe(
      'if (to - from !== 4) return false;\nif (b[from] !== 84) return false;\nif ((b[from + 1] - 48 >>> 0) > 9) return false;\nif (b[from + 2] !== 34 || b[from + 3] !== 34) return false;\nreturn true;',
    );
  });

  it('refuses every text that is no regular expression', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'A', '0', '-', '{', '}', ',', '[', ']', '(', ')', '|', '?', '*', '+', '^', '$', '.', '\\', 'd', '/'),
          maxLength: 8,
        }),
        (pattern) => {
          if (patternCode(pattern) !== null) {
            expect(() => new RegExp(pattern, 'u')).not.toThrow();
          }
        },
      ),
      { numRuns: 5000, seed: SEED },
    );
  });
});
