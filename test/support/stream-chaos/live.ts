/** One life of a bridge: it begins, meets its faults with messages to do, and is killed in the middle of its work. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Bridge, ChaosGround } from './chaos-ground.ts';
import type { Fault, Life } from './plan-lives.ts';

export interface LifeOptions {
  readonly ground: ChaosGround;
  readonly send: (count: number) => Promise<void>;
  /** How long Pub/Sub is out of reach. */
  readonly awayMs: number;
}

export async function live(life: Life, options: LifeOptions): Promise<void> {
  const [first = 0, ...portions] = life.portions;
  const sending = options.send(first);
  const bridge = options.ground.startBridge();
  await sending;
  await bridge.until(({ done }) => done > 0);
  for (const [index, fault] of life.faults.entries()) await FAULTS[fault](bridge, portions[index] ?? 0, options);
  const before = bridge.line.done;
  await options.send(portions.at(-1) ?? 0);
  await bridge.until(({ done }) => done >= before + life.lastDone);
  await bridge.kill();
}

/** Each sends so many messages while it lasts, or just behind it, and returns when it is over. */
const FAULTS: Readonly<Record<Fault, (bridge: Bridge, messages: number, options: LifeOptions) => Promise<void>>> = {
  /** As a machine that loses power, while it is read. What is sent behind it shows that the bridge goes on. */
  async broker_killed(bridge, messages, { ground, send }) {
    const half = Math.floor(messages / 2);
    await send(half);
    await ground.kafka.kill();
    await ground.kafka.restart();
    const before = bridge.line.done;
    await send(messages - half);
    await bridge.until(({ done }) => done > before);
  },

  /** It joins, works, and leaves as it is asked to. */
  async second_bridge(_, messages, { ground, send }) {
    const second = ground.startBridge();
    await second.until(({ isReading }) => isReading);
    await send(messages);
    await second.until(({ done }) => done > 0);
    await second.stop();
  },

  /** Connections break, and new ones get no answer. */
  async bus_away(_, messages, { ground, send, awayMs }) {
    ground.line.stall();
    ground.line.cutConnections();
    await Promise.all([send(messages), wait(awayMs)]);
    ground.line.cutConnections();
    ground.line.flow();
  },
};
