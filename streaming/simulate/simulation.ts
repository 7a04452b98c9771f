/**
 * A simulated stream with its faults: the library behind `markets simulate`, for tests and benches too. The same options give the same bytes
 * and the same truth (with a simulated clock). Memory is bounded by HELD_MESSAGES_MAX.
 */
import { NO_FAULTS, type FaultShares } from './chaos/fault-kind.ts';
import { createChaos } from './chaos/chaos.ts';
import { simulatedClock, type EventClock, type SimulatedClockOptions } from './market/event-clock.ts';
import { instruments } from './market/instrument.ts';
import { createMarket } from './market/market.ts';
import { randomNumbers } from './market/random-numbers.ts';
import { messageFeed } from './messages/message-feed.ts';
import type { StreamKind } from './messages/message-writer.ts';
import { numberingOf } from './messages/numbering.ts';
import type { SimulatedMessage, SimulationSummary, Truth } from './simulated-message.ts';

export interface SimulationOptions {
  readonly stream: StreamKind;
  readonly seed: number;
  /** 12 by default, at most INSTRUMENTS_MAX. */
  readonly instruments?: number;
  /** A made-up clock, or one of the machine. */
  readonly clock: SimulatedClockOptions | EventClock;
  /** Messages in all, duplicates among them; endless without. */
  readonly count?: number;
  readonly faults?: Partial<FaultShares>;
  /** Told of every fault when its message is sent. */
  readonly onTruth?: (truth: Truth) => void;
  /** Tells sessions of one day from those of another run. */
  readonly sessionMark?: string;
}

export interface Simulation {
  /** The next message; undefined behind the last. */
  next(): SimulatedMessage | undefined;
  summary(): SimulationSummary;
}

export const INSTRUMENTS_BY_DEFAULT = 12;

export function createSimulation(options: SimulationOptions): Simulation {
  const { stream, seed, count = Infinity, faults = {}, sessionMark = '' } = options;
  const list = instruments(options.instruments ?? INSTRUMENTS_BY_DEFAULT);
  const clock = 'next' in options.clock ? options.clock : simulatedClock(options.clock, randomNumbers(seed, 'clock'));
  const numbering = numberingOf(list, sessionMark);
  const feed = messageFeed(stream, createMarket({ seed, instruments: list, clock }), numbering);
  const shares = { ...NO_FAULTS, ...faults };
  return createChaos({ stream, feed, numbering, shares, count, random: randomNumbers(seed, 'faults'), onTruth: options.onTruth });
}
