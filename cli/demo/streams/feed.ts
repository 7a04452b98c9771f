/** Ten seconds of trades of a made-up exchange, by the real clock, with one hole and one broken message among them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import { createSimulation, liveClock, runSimulation, type MessageSink, type SimulatedMessage } from '../../../streaming/simulate/index.ts';

const SEED = 2023;
const PER_SECOND = 2000;
/** The instrument of this message loses it and the next ones: numbers that nobody will ever see. */
const FIRST_LOST = 6000;
export const LOST_MESSAGES = 3;
/** Sent a second time, cut in the middle. */
const BROKEN = 9000;

export interface FeedOutcome {
  /** Written to the log, the broken one among them. */
  readonly messages: number;
  readonly seconds: number;
  /** The instrument whose sequence has the hole. */
  readonly lost_of: string;
}

export async function feed(
  log: MessageLog,
  topic: string,
  seconds: number,
  signal: AbortSignal,
  sent: (messages: number) => void,
): Promise<FeedOutcome> {
  const producer = await log.producer({ clientId: 'demo-exchange' });
  const faults = new FaultySink(topic, async (messages) => await producer.send(messages));
  const simulation = createSimulation({
    stream: 'trades',
    seed: SEED,
    instruments: 6,
    clock: liveClock(() => Math.floor((performance.timeOrigin + performance.now()) * 1000)),
    count: PER_SECOND * seconds,
  });
  const outcome = await runSimulation({
    simulation,
    sink: faults,
    signal,
    pace: { perSecond: PER_SECOND, durationMs: null },
    clock: { nowMs: () => performance.now(), sleep },
    sent: async (messages) => {
      sent(messages);
      await Promise.resolve();
    },
  });
  await producer.close();
  return { messages: faults.written, seconds: outcome.seconds, lost_of: faults.lostOf };
}

type Send = Awaited<ReturnType<MessageLog['producer']>>['send'];

/** Leaves some messages out, and sends one twice, the second time broken. */
class FaultySink implements MessageSink {
  readonly description = 'the embedded log';
  written = 0;
  lostOf = '';
  private lost = 0;
  private readonly topic: string;
  private readonly produce: Send;

  constructor(topic: string, produce: Send) {
    this.topic = topic;
    this.produce = produce;
  }

  async send(messages: readonly SimulatedMessage[]): Promise<void> {
    const kept = messages.filter((message) => !this.loses(message));
    const values = kept.flatMap(({ position, key, value }) => {
      const whole = { topic: this.topic, key: Buffer.from(key), value };
      return position === BROKEN ? [whole, { ...whole, value: value.subarray(0, value.length >> 1) }] : [whole];
    });
    await this.produce(values);
    this.written += values.length;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  private loses({ position, key }: SimulatedMessage): boolean {
    if (position === FIRST_LOST) this.lostOf = key;
    if (position < FIRST_LOST || key !== this.lostOf || this.lost === LOST_MESSAGES) return false;
    this.lost += 1;
    return true;
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
