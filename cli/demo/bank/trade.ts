/** A trade of the demo bank before a source system writes it down. */
import type { Random } from '../../../core/sample-data/random.ts';
import { BONDS, CURRENCY_PAIRS, EQUITIES, type Instrument } from './instruments.ts';
import { COUNTERPARTIES, TRADERS, type Counterparty, type Trader } from './parties.ts';

export interface Trade {
  /** Running number within its source system. */
  readonly number: number;
  readonly version: number;
  readonly status: 'NEW' | 'AMENDED' | 'CANCELLED';
  /** Microseconds since midnight UTC of the day. */
  readonly timeUs: number;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly buy: boolean;
  /** In whole units of the instrument. */
  readonly quantity: number;
  /** In ten-thousandths. */
  readonly price: number;
  readonly instrument: Instrument;
  readonly trader: string;
  readonly book: string;
  readonly counterparty: Counterparty;
}

const HOUR_US = 3_600_000_000;
/** Trading hours in UTC; every file is made after them. */
const OPENS_US = 8 * HOUR_US;
const CLOSES_US = 16 * HOUR_US + HOUR_US / 2;

/** Price moves of one trade, in hundredths of a per cent. */
const MOVE_BASIS_POINTS = 60;

/** `count` trades of one day in the order of their times, numbered from `firstNumber`. */
export function tradesOfDay(random: Random, day: string, firstNumber: number, count: number): readonly Trade[] {
  const times = Array.from({ length: count }, () => random.integer(OPENS_US / 1000, CLOSES_US / 1000) * 1000);
  times.sort((left, right) => left - right);
  return times.map((timeUs, index) => trade(random, day, firstNumber + index, timeUs));
}

function trade(random: Random, day: string, number: number, timeUs: number): Trade {
  const instrument = random.pick(random.chance(3, 5) ? EQUITIES : random.chance(1, 2) ? BONDS : CURRENCY_PAIRS);
  const trader = random.pick(TRADERS.filter((each) => each.desk === deskOf(instrument)));
  return {
    number,
    version: 1,
    status: 'NEW',
    timeUs,
    day,
    buy: random.chance(1, 2),
    quantity: quantityOf(random, instrument),
    price: instrument.price + Math.round((instrument.price * random.integer(-MOVE_BASIS_POINTS, MOVE_BASIS_POINTS)) / 10_000),
    instrument,
    trader: trader.id,
    book: bookOf(random, instrument),
    counterparty: random.pick(COUNTERPARTIES),
  };
}

function deskOf(instrument: Instrument): Trader['desk'] {
  if (instrument.assetClass === 'EQUITY') return 'EQUITIES';
  return instrument.assetClass === 'BOND' ? 'RATES' : 'FX';
}

function bookOf(random: Random, instrument: Instrument): string {
  if (instrument.assetClass === 'EQUITY') return random.pick(['EQ_CASH', 'EQ_CLIENT']);
  return instrument.assetClass === 'BOND' ? 'RATES_GOV' : 'FX_SPOT';
}

function quantityOf(random: Random, instrument: Instrument): number {
  if (instrument.assetClass === 'EQUITY') return random.integer(1, 80) * 25;
  return instrument.assetClass === 'BOND' ? random.integer(1, 40) * 50_000 : random.integer(1, 50) * 100_000;
}

/** Ten-thousandths as a decimal text without trailing zeros, e.g. 105.32. */
export function decimalText(tenThousandths: number): string {
  const whole = Math.floor(tenThousandths / 10_000);
  const fraction = String(tenThousandths % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

/** hh:mm:ss.ffffff of a time of day, `digits` of the fraction. */
export function clockText(timeUs: number, digits: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(timeUs / 1_000_000);
  const fraction = String(timeUs % 1_000_000)
    .padStart(6, '0')
    .slice(0, digits);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
}

/** The day `days` later, as YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
