/**
 * Records events and folds them into the lane's state, in that order: what the state knows is stored. After a failed write nothing more
 * is recorded, because the chain's end is then not known; the next run reads it anew.
 */
import { MarketsError, isMarketsError } from '../../core/errors/markets-error.ts';
import type { AnyEvent, ChainHead, EventType } from '../../core/events/event.ts';
import type { EventWriter, NewEvent } from '../../core/events/event-writer.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { applyEvent } from '../state/apply-event.ts';
import type { LaneState } from '../state/lane-state.ts';

export type AnyNewEvent = { [T in EventType]: NewEvent<T> }[EventType];

export interface Journal {
  /** Stored together or not at all, in this order. */
  record(events: readonly AnyNewEvent[]): Promise<void>;
  /**
   * Says that the chains of other tasks belong to the run as far as given (whole chains, from their first event on), and folds what is new of
   * them. Key is the head of each chain; a chain that brings nothing new is not named again.
   */
  join(chains: readonly (readonly AnyEvent[])[]): Promise<void>;
  /** The last stored events: of this chain first, then of those that were joined. [] before the first. */
  heads(): readonly ChainHead[];
  /** Nothing more is recorded: the run stays without an end, and the next one takes its chains as they stand then. */
  leaveOpen(cause: unknown): void;
  /** Whether a write failed or the run is left open; nothing more can be recorded then. */
  isBroken(): boolean;
}

const WRITE_ATTEMPTS_MAX = 3;

export function createJournal(writer: EventWriter, state: LaneState, clock: Clock): Journal {
  let broken: unknown;
  const joined = new Map<string, ChainHead>();
  async function record(events: readonly AnyNewEvent[]): Promise<void> {
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
  }
  return {
    record,
    async join(chains) {
      const longer = chains.filter((chain) => chain.length > (joined.get(chain[0]?.writer ?? '')?.seq ?? 0));
      if (longer.length === 0) return;
      const heads = longer.map(headOfChain);
      await record([{ type: 'tasks_joined', at: clock.now(), data: { heads } }]);
      for (const [index, head] of heads.entries()) {
        const known = joined.get(head.writer)?.seq ?? 0;
        joined.set(head.writer, head);
        for (const event of longer[index]?.slice(known) ?? []) applyEvent(state, event);
      }
    },
    heads() {
      const own = writer.head();
      return own === null ? [] : [own, ...joined.values()];
    },
    leaveOpen(cause) {
      broken ??= cause;
    },
    isBroken: () => broken !== undefined,
  };
}

function headOfChain(chain: readonly AnyEvent[]): ChainHead {
  const last = chain.at(-1);
  if (last === undefined) throw new MarketsError('INTERNAL', 'A chain without an event has no head.');
  return { run_id: last.run_id, writer: last.writer, seq: last.seq, hash: last.hash };
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
