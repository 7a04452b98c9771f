/** A bridge on the embedded bus in a folder of its own, and what came out of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedMessageBus } from '../../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openEmbeddedMessageLog } from '../../../core/adapters/embedded-bus/embedded-message-log.ts';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { createMemoryObjectStore } from '../../../core/adapters/memory-object-store.ts';
import type { MessageBus } from '../../../core/ports/message-bus.ts';
import type { MessageLog } from '../../../core/ports/message-log.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { listReadRecords, readReadRecord, type ReadRecord } from '../../../core/stream/read-record.ts';
import { SILENT } from '../../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import type { BridgeLimits, BridgeParts } from '../bridge-options.ts';
import type { StreamSpec } from '../source-bridge.ts';

export const TEST_LIMITS: BridgeLimits = {
  marks: { highMessages: 500, highBytes: 1_000_000, lowMessages: 250, lowBytes: 500_000 },
  recordSeconds: 0.2,
  recordMessages: 1000,
  uncommittedMessagesMax: 3000,
  publishBackoffMsMax: 200,
  revokeSeconds: 5,
  shutdownSeconds: 5,
  lagSeconds: 0.1,
  landing: { batchSeconds: 0.3, batchMessages: 100, batchBytes: 100_000 },
};

export interface Arrived {
  readonly partition: number;
  readonly offset: bigint;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BridgeBench {
  readonly folder: string;
  readonly log: MessageLog;
  readonly bus: MessageBus;
  readonly store: ObjectStore;
  /** A process start of its own every time. */
  parts(more?: Partial<BridgeParts>): BridgeParts;
  send(spec: StreamSpec, texts: readonly (string | null)[], partitionOf?: (index: number) => number): Promise<void>;
  /** What lies in both subscriptions of the source, where so many distinct messages are awaited. */
  arrived(
    spec: StreamSpec,
    counts: { readonly good: number; readonly dead: number },
  ): Promise<{ readonly good: readonly Arrived[]; readonly dead: readonly Arrived[] }>;
  records(spec: StreamSpec): Promise<readonly ReadRecord[]>;
  close(): Promise<void>;
}

const PARTITIONS = 3;
const QUIET_MS = 300;
const ARRIVAL_MS_MAX = 30_000;
const HEARTBEAT_MS = 50;
/** Within one process nobody is ever taken for dead, however long the machine stands still. */
const SESSION_MS = 120_000;
/** How long a process that was killed is waited for. */
export const KILLED_SESSION_MS = 1000;

/** Both halves of the bus in a folder, as every process opens them. */
export function openBus(folder: string, sessionMs: number): { readonly log: MessageLog; readonly bus: MessageBus } {
  const times = { heartbeatMs: HEARTBEAT_MS, sessionMs };
  return {
    log: openEmbeddedMessageLog({ folder: join(folder, 'log'), times }),
    bus: openEmbeddedMessageBus({ folder: join(folder, 'messages'), times }),
  };
}

/** With `hasFolderStore` what the bridge records lies in `<folder>/root`, for processes of their own. */
export async function openBench(specs: readonly StreamSpec[], hasFolderStore = false): Promise<BridgeBench> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-'));
  const { log, bus } = openBus(folder, hasFolderStore ? KILLED_SESSION_MS : SESSION_MS);
  const store = hasFolderStore ? createFolderObjectStore(join(folder, 'root')) : createMemoryObjectStore();
  for (const { stream } of specs) {
    await log.createTopic(stream.kafka_topic, PARTITIONS);
    for (const topic of [stream.pubsub_topic, stream.dead_letter_topic]) {
      await bus.createTopic(topic);
      await bus.createSubscription(topic, topic);
    }
  }
  const producer = await log.producer({ clientId: 'test' });
  let starts = 0;
  return {
    folder,
    log,
    bus,
    store,
    parts(more = {}) {
      starts += 1;
      const writer = `20230130T060000-${String(starts).padStart(8, '0')}`;
      return { log, bus, store, time: SYSTEM_TIME, logger: SILENT, limits: TEST_LIMITS, writer, group: 'bridge', ...more };
    },
    async send({ stream }, texts, partitionOf = (index) => index % PARTITIONS) {
      await producer.send(
        texts.map((text, index) => ({
          topic: stream.kafka_topic,
          partition: partitionOf(index),
          value: text === null ? null : Buffer.from(text),
        })),
      );
    },
    async arrived({ stream }, counts) {
      return {
        good: await arrivedIn(bus, stream.pubsub_topic, counts.good),
        dead: await arrivedIn(bus, stream.dead_letter_topic, counts.dead),
      };
    },
    async records({ name }) {
      const records: ReadRecord[] = [];
      for await (const object of listReadRecords(store, name)) records.push(await readReadRecord(store, object));
      return records;
    },
    async close() {
      await log.close();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for so many distinct messages, and then a moment for those that come twice. */
async function arrivedIn(bus: MessageBus, name: string, count: number): Promise<readonly Arrived[]> {
  const subscription = await bus.subscription(name, { heldMessagesMax: 100_000, heldBytesMax: 1e9 });
  const arrived: Arrived[] = [];
  const places = new Set<string>();
  const late = AbortSignal.timeout(ARRIVAL_MS_MAX);
  for (;;) {
    const messages = await subscription.next(places.size < count ? late : AbortSignal.timeout(QUIET_MS));
    if (messages.length === 0) break;
    for (const message of messages) {
      const { attributes } = message;
      const place = { partition: Number(attributes['kafka_partition']), offset: BigInt(attributes['kafka_offset'] ?? '') };
      places.add(`${place.partition}/${place.offset}`);
      arrived.push({ ...place, text: Buffer.from(message.data).toString('utf8'), attributes });
      message.acknowledge();
    }
  }
  await subscription.close();
  return arrived;
}
