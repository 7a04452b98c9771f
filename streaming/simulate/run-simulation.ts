/** Sends a simulation's messages to where they go, at a rate or as fast as that takes them, and its truth beside them. */
import type { Simulation } from './simulation.ts';
import type { SimulatedMessage, SimulationSummary } from './simulated-message.ts';

export interface MessageSink {
  readonly description: string;
  /** Durable when it resolves. */
  send(messages: readonly SimulatedMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface Pace {
  /** Messages a second; null for as fast as possible. */
  readonly perSecond: number | null;
  /** Null for no end but the simulation's own. */
  readonly durationMs: number | null;
}

export interface PaceClock {
  /** Milliseconds that only grow. */
  nowMs(): number;
  /** Resolves after the time, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface RunOptions {
  readonly simulation: Simulation;
  readonly sink: MessageSink;
  readonly pace: Pace;
  readonly clock: PaceClock;
  /** Ends the simulation after the batch in hand. */
  readonly signal: AbortSignal;
  /** After every batch: what was sent so far, for the file of truth and a progress bar. */
  readonly sent?: (messages: number) => Promise<void>;
}

export interface RunOutcome extends SimulationSummary {
  readonly seconds: number;
  readonly per_second: number;
}

export const BATCH_MESSAGES_MAX = 2000;
/** At a rate, messages go out this often. */
const SLICE_MS = 10;

export async function runSimulation({ simulation, sink, pace, clock, signal, sent }: RunOptions): Promise<RunOutcome> {
  const startMs = clock.nowMs();
  let messages = 0;
  while (!signal.aborted) {
    const elapsedMs = clock.nowMs() - startMs;
    if (pace.durationMs !== null && elapsedMs >= pace.durationMs) break;
    const room = pace.perSecond === null ? BATCH_MESSAGES_MAX : dueOf(pace.perSecond, elapsedMs) - messages;
    if (room <= 0) {
      await clock.sleep(SLICE_MS, signal);
      continue;
    }
    const batch = take(simulation, Math.min(room, BATCH_MESSAGES_MAX));
    if (batch.length === 0) break;
    await sink.send(batch);
    messages += batch.length;
    await sent?.(messages);
  }
  const seconds = Math.max(clock.nowMs() - startMs, 1) / 1000;
  return { ...simulation.summary(), seconds, per_second: Math.round(messages / seconds) };
}

/** The first message is due at once. */
function dueOf(perSecond: number, elapsedMs: number): number {
  return Math.floor((perSecond * elapsedMs) / 1000) + 1;
}

function take(simulation: Simulation, count: number): readonly SimulatedMessage[] {
  const batch: SimulatedMessage[] = [];
  while (batch.length < count) {
    const message = simulation.next();
    if (message === undefined) break;
    batch.push(message);
  }
  return batch;
}
