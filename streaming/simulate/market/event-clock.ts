/** Where event times come from: made up from a start on, or the machine's own clock for a live simulation. Never backwards. */
import { MICROS_PER_SECOND } from './event-time.ts';
import type { RandomNumbers } from './random-numbers.ts';

export interface EventClock {
  /** Time of the next event in microseconds since the epoch; `activity` is how busy the moment is against the mean. */
  next(activity: number): number;
  /** The time of the last event, or of the start. */
  now(): number;
}

export interface SimulatedClockOptions {
  readonly startMicros: number;
  /** Events of a second of event time, in the mean of a day. */
  readonly eventsPerSecond: number;
}

/** Irregular gaps, most of them short and some long, around what the moment's activity asks for. */
export function simulatedClock({ startMicros, eventsPerSecond }: SimulatedClockOptions, random: RandomNumbers): EventClock {
  const meanMicros = MICROS_PER_SECOND / eventsPerSecond;
  let exact = startMicros;
  let now = startMicros;
  return {
    next: (activity) => {
      // The product of two uniform numbers has the mean 1/4.
      exact += (4 * meanMicros * random.unit() * random.unit()) / activity;
      now = Math.floor(exact);
      return now;
    },
    now: () => now,
  };
}

/** `nowMicros` is the wall clock; two events may have the same time. */
export function liveClock(nowMicros: () => number): EventClock {
  let now = nowMicros();
  return {
    next: () => {
      now = Math.max(now, nowMicros());
      return now;
    },
    now: () => now,
  };
}
