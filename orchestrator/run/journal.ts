/**
 * Records events and folds them into the lane's state, in that order: what the state knows is stored. After a failed write nothing more
 * is recorded, because the chain's end is then not known; the next run reads it anew.
 */
import { MarketsError, isMarketsError } from '../../core/errors/markets-error.ts';
import type { AnyEvent, ChainHead, EventType } from '../../core/events/event.ts';
import type { EventWriter, NewEvent } from '../../core/events/event-writer.ts';
import { applyEvent } from '../state/apply-event.ts';
import type { LaneState } from '../state/lane-state.ts';

export type AnyNewEvent = { [T in EventType]: NewEvent<T> }[EventType];

export interface Journal {
  /** Stored together or not at all, in this order. */
  record(events: readonly AnyNewEvent[]): Promise<void>;
  head(): ChainHead | null;
  /** Whether a write failed; nothing more can be recorded then. */
  isBroken(): boolean;
}

const WRITE_ATTEMPTS_MAX = 3;

export function createJournal(writer: EventWriter, state: LaneState): Journal {
  let broken: unknown;
  return {
    async record(events) {
      if (broken !== undefined) {
        throw new MarketsError('STORE_UNAVAILABLE', 'The chain of events of this run could not be written on.', { cause: broken });
      }
      const appended = events.map((event) => writer.append(event) as AnyEvent);
      try {
        await flushPatiently(writer);
      } catch (error) {
        broken = error;
        throw error;
      }
      for (const event of appended) applyEvent(state, event);
    },
    head: () => writer.head(),
    isBroken: () => broken !== undefined,
  };
}

async function flushPatiently(writer: EventWriter): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await writer.flush();
      return;
    } catch (error) {
      if (attempt >= WRITE_ATTEMPTS_MAX || !isMarketsError(error) || !error.retryable) throw error;
    }
  }
}
