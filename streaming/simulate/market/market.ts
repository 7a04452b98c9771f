/**
 * The market behind all simulated streams: step by step one instrument is quoted, traded and quoted again. The same seed, start and clock give the
 * same steps to every stream, so that quotes stand around the trades of the same seed. Only additions, multiplications, divisions
 * and square roots are used, which every machine rounds alike.
 */
import type { EventClock } from './event-clock.ts';
import { MICROS_PER_DAY } from './event-time.ts';
import type { Instrument } from './instrument.ts';
import { randomNumbers, type RandomNumbers } from './random-numbers.ts';
import { tradingDay, type DayMood, type TradingDay } from './trading-day.ts';
import { weightedChoice } from './weighted-choice.ts';

/** One object, filled anew by every step. Prices in ticks, sizes in lots, times in microseconds. */
export interface MarketStep {
  index: number;
  instrument: Instrument;
  /** Of the step before, whatever its instrument; never later than `micros`. */
  previousMicros: number;
  micros: number;
  /** The quote that the trade met. */
  bidTicks: number;
  askTicks: number;
  /** The trade: at the bid where it sold, at the ask where it bought. */
  isBuy: boolean;
  tradeTicks: number;
  tradeLots: number;
  /** The quote after it. */
  bidAfterTicks: number;
  askAfterTicks: number;
  bidLots: number;
  askLots: number;
  /** For what a stream makes up besides: the market itself does not draw from it, so that all streams see the same steps. */
  random: RandomNumbers;
}

/** Weights of a variance that remembers: what was, the last move, and the long run; together 1. */
const [VARIANCE_KEPT, VARIANCE_OF_MOVE, VARIANCE_OF_BASE] = [0.93, 0.06, 0.01];
/** Part of the distance to the start price that a step goes back. */
const REVERSION = 0.000_02;
/** A price does not fall below this many ticks. */
const TICKS_MIN = 50;
const MOVE_MAX = 0.01;

interface Book {
  readonly instrument: Instrument;
  readonly random: RandomNumbers;
  readonly ofStreams: RandomNumbers;
  mood: DayMood;
  /** Exact middle in ticks, with a fraction. */
  middle: number;
  /** Of a move, in units of the usual variance. */
  variance: number;
  isBuy: boolean;
}

export interface Market {
  /** The next step; the object is good until the one after it. */
  next(): MarketStep;
}

export interface MarketOptions {
  readonly seed: number;
  readonly instruments: readonly Instrument[];
  readonly clock: EventClock;
}

export function createMarket({ seed, instruments, clock }: MarketOptions): Market {
  const choice = randomNumbers(seed, 'choice of instruments');
  const books = instruments.map((instrument) => bookOf(seed, instrument));
  let day = tradingDay(seed, clock.now());
  let choose = beginDay(day, books);
  const first = bookAt(books, 0);
  const step: MarketStep = {
    ...{ index: 0, instrument: first.instrument, previousMicros: 0, micros: 0, bidTicks: 0, askTicks: 0, isBuy: true, tradeTicks: 0 },
    ...{ tradeLots: 0, bidAfterTicks: 0, askAfterTicks: 0, bidLots: 0, askLots: 0, random: first.random },
  };
  let dayEndsMicros = endOf(day);
  return {
    next: () => {
      const before = clock.now();
      const micros = clock.next(day.activity(before));
      if (micros >= dayEndsMicros) {
        day = tradingDay(seed, micros);
        dayEndsMicros = endOf(day);
        choose = beginDay(day, books);
      }
      step.index = choose(choice);
      step.previousMicros = before;
      step.micros = micros;
      trade(bookAt(books, step.index), step);
      return step;
    },
  };
}

function endOf(day: TradingDay): number {
  return (day.number + 1) * MICROS_PER_DAY;
}

function bookOf(seed: number, instrument: Instrument): Book {
  const random = randomNumbers(seed, `instrument ${instrument.name}`);
  const middle = instrument.startTicks * (0.98 + 0.04 * random.unit());
  const ofStreams = randomNumbers(seed, `orders of ${instrument.name}`);
  return { instrument, random, ofStreams, mood: { volatility: 1, driftPpm: 0, weight: 1 }, middle, variance: 1, isBuy: true };
}

/** Every book gets the day's mood, and the instruments their weights of the day. */
function beginDay(day: TradingDay, books: readonly Book[]): (random: RandomNumbers) => number {
  for (const book of books) book.mood = day.mood(book.instrument.name);
  return weightedChoice(books.map((book) => book.instrument.weight * book.mood.weight));
}

function bookAt(books: readonly Book[], index: number): Book {
  const book = books[index];
  if (book === undefined) throw new RangeError('A market needs at least one instrument.');
  return book;
}

function trade(book: Book, step: MarketStep): void {
  const { random, instrument } = book;
  const spread = 1 + Math.floor(random.unit() * (1 + Math.min(book.variance, 8)));
  const middle = Math.floor(book.middle);
  step.instrument = instrument;
  step.random = book.ofStreams;
  step.bidTicks = middle - (spread >> 1);
  step.askTicks = step.bidTicks + spread;
  // A buyer follows a buyer more often than not.
  if (random.unit() < 0.35) book.isBuy = random.unit() < 0.5;
  step.isBuy = book.isBuy;
  step.tradeTicks = book.isBuy ? step.askTicks : step.bidTicks;
  step.tradeLots = sizeOf(random);
  move(book);
  const after = Math.floor(book.middle);
  step.bidAfterTicks = after - (spread >> 1);
  step.askAfterTicks = step.bidAfterTicks + spread;
  step.bidLots = sizeOf(random);
  step.askLots = sizeOf(random);
}

/** Large moves are followed by large ones: the variance remembers them and fades. */
function move(book: Book): void {
  const { instrument, mood } = book;
  const shock = book.random.noise() * Math.sqrt(book.variance);
  book.variance = VARIANCE_KEPT * book.variance + VARIANCE_OF_MOVE * shock * shock + VARIANCE_OF_BASE;
  const pull = REVERSION * (instrument.startTicks / book.middle - 1);
  const relative = (shock * instrument.volatilityPpm * mood.volatility + mood.driftPpm) / 1_000_000 + pull;
  const bounded = Math.min(MOVE_MAX, Math.max(-MOVE_MAX, relative));
  book.middle = Math.max(TICKS_MIN, book.middle * (1 + bounded));
}

/** Many small sizes and few large ones. */
export function sizeOf(random: RandomNumbers): number {
  const unit = random.unit();
  return 1 + Math.floor((unit * unit * unit * 400) / (1.02 - random.unit()));
}
