/**
 * The shape of a day: busy at the open and before the close, quiet at noon and at night, and each day in its own way. What a day is like
 * follows from the seed and its number alone, so that it can be begun anywhere and no two days are the same.
 */
import { MICROS_PER_DAY } from './event-time.ts';
import { randomNumbers } from './random-numbers.ts';

/** Activity of every hour, in hundredths of the day's mean; a day of 24 hours with the peaks of London and New York. */
const ACTIVITY = [35, 30, 32, 38, 42, 48, 66, 120, 165, 148, 122, 104, 96, 112, 188, 210, 172, 150, 146, 128, 152, 84, 58, 44] as const;
const HOURS = ACTIVITY.length;
const MICROS_PER_HOUR = MICROS_PER_DAY / HOURS;

export interface TradingDay {
  readonly number: number;
  /** Events against the mean at a time of this day; about 0.2 to 3. */
  activity(micros: number): number;
  /** What the day does to an instrument: how much more or less it moves, and where its price is drawn to. */
  mood(name: string): DayMood;
}

export interface DayMood {
  /** Factor of the volatility, 0.5 to 2. */
  readonly volatility: number;
  /** What a step adds, in millionths of the price; either sign. */
  readonly driftPpm: number;
  /** Factor of the weight, 0.5 to 1.5. */
  readonly weight: number;
}

export function tradingDay(seed: number, micros: number): TradingDay {
  const number = Math.floor(micros / MICROS_PER_DAY);
  const random = randomNumbers(seed, `day ${String(number)}`);
  const levels = ACTIVITY.map((level) => (level / 100) * (0.7 + 0.6 * random.unit()));
  const startMicros = number * MICROS_PER_DAY;
  return {
    number,
    activity: (at) => {
      const hours = (at - startMicros) / MICROS_PER_HOUR;
      const hour = Math.floor(hours);
      const [before = 1, after = 1] = [levels[hour % HOURS], levels[(hour + 1) % HOURS]];
      return before + (after - before) * (hours - hour);
    },
    mood: (name) => {
      const own = randomNumbers(seed, `day ${String(number)} of ${name}`);
      return { volatility: 0.5 + 1.5 * own.unit() * own.unit() + 0.25 * own.unit(), driftPpm: own.noise() * 0.4, weight: 0.5 + own.unit() };
    },
  };
}
