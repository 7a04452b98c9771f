/** Trades of the simulated exchange, some of them corrupted, sent to a log; what must become of each is known by where it went. */
import type { MessageLog, NewLogMessage } from '../../../core/ports/message-log.ts';
import { createSimulation } from '../../../streaming/simulate/index.ts';

export interface SentTrades {
  /** By partition and offset: the codes that a dead letter must have, '' for a good message. */
  readonly codes: readonly string[][];
  /** How many messages were corrupted in each way. */
  readonly ways: ReadonlyMap<string, number>;
}

export interface TradesSource extends SentTrades {
  /** So many more, as fast as the log takes them, each instrument in a partition of its own. */
  send(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface TradesOptions {
  readonly topic: string;
  readonly partitions: number;
  /** The share that is corrupted. */
  readonly corrupt: number;
  /** In all. */
  readonly messages: number;
  readonly seed: number;
}

const SEND_AT_A_TIME = 10_000;

export async function openTrades(log: MessageLog, { topic, partitions, corrupt, messages, seed }: TradesOptions): Promise<TradesSource> {
  const expected: string[][] = Array.from({ length: partitions }, () => []);
  const codes = new Map<number, string>();
  const ways = new Map<string, number>();
  const simulation = createSimulation({
    stream: 'trades',
    seed,
    clock: { startMicros: 1_675_058_400_000_000, eventsPerSecond: 50_000 },
    count: messages,
    faults: { corrupt },
    onTruth(truth) {
      codes.set(truth.position, truth.codes.join(','));
      ways.set(truth.kind, (ways.get(truth.kind) ?? 0) + 1);
    },
  });
  const producer = await log.producer({ clientId: 'chaos' });
  const keys = new Map<string, number>();
  const next = (): NewLogMessage => {
    const message = simulation.next();
    if (message === undefined) throw new Error('expected one more trade, found the end of the simulation');
    if (!keys.has(message.key)) keys.set(message.key, keys.size % partitions);
    const partition = keys.get(message.key) ?? 0;
    expected[partition]?.push(codes.get(message.position) ?? '');
    codes.delete(message.position);
    return { topic, partition, key: Buffer.from(message.key), value: message.value };
  };
  return {
    codes: expected,
    ways,
    async send(count) {
      for (let left = count; left > 0; left -= SEND_AT_A_TIME) {
        const batch = Array.from({ length: Math.min(left, SEND_AT_A_TIME) }, next);
        await producer.send(batch);
      }
    },
    close: async () => await producer.close(),
  };
}
