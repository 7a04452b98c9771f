/** Identifiers with the right check digits, and the same with a wrong one. */
import { isFigi } from '../engine/checks/figi.ts';
import { isIsin } from '../engine/checks/isin.ts';
import { isLei } from '../engine/checks/lei.ts';
import type { Column } from '../spec/source-spec.ts';
import type { Random } from './random.ts';

type CheckName = NonNullable<Column['check']>;

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ0123456789';
const DIGIT = 10;

export function identifier(check: CheckName, random: Random): string {
  switch (check) {
    case 'lei':
      return completed(`529900${letters(CAPITALS, 12, random)}`, 2, isLei);
    case 'isin':
      return completed(`${random.pick(['DE', 'FR', 'NL', 'US'])}${letters(CAPITALS, 9, random)}`, 1, isIsin);
    case 'figi':
      return completed(`BBG${letters(CONSONANTS, 8, random)}`, 1, isFigi);
    case 'mic':
      return random.pick(['XETR', 'XPAR', 'XAMS', 'XLON', 'XNAS']);
    case 'currency':
      return random.pick(['EUR', 'USD', 'GBP', 'CHF', 'SEK']);
    case 'cfi':
      return random.pick(['ESVUFR', 'DBFTFB', 'FFCPNO']);
  }
}

/** Of the right shape, and wrong. */
export function wrongIdentifier(check: CheckName, random: Random): string {
  switch (check) {
    case 'mic':
      return 'QQQQ';
    case 'currency':
      return 'QQQ';
    case 'cfi':
      return 'QQQQQQ';
    default: {
      const text = identifier(check, random);
      const last = Number(text.slice(-1));
      return `${text.slice(0, -1)}${(last + 1) % DIGIT}`;
    }
  }
}

function letters(of: string, count: number, random: Random): string {
  return Array.from({ length: count }, () => random.pick(Array.from(of))).join('');
}

/** `start` and the `digits` that make it hold; each of these schemes has exactly one such ending, or one of a few. */
function completed(start: string, digits: 1 | 2, holds: (text: string) => boolean): string {
  for (let number = 0; number < DIGIT ** digits; number += 1) {
    const text = start + String(number).padStart(digits, '0');
    if (holds(text)) return text;
  }
  throw new RangeError(`no check digit completes ${start}`);
}
