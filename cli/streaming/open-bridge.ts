/** The bridge of the command line: adapters and limits chosen by the global options. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { MessageLog } from '../../core/ports/message-log.ts';
import { writerName } from '../../core/stream/object-names.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { loadLaneConfig } from '../../orchestrator/index.ts';
import type { BridgeLimits, BridgeParts } from '../../streaming/bridge/bridge-options.ts';
import type { StreamSpec } from '../../streaming/bridge/source-bridge.ts';
import type { CommandContext } from '../framework/command.ts';
import { systemNow } from '../framework/system-now.ts';
import { openStore } from '../lane/open-store.ts';
import { bridgedStreams } from './bridged-streams.ts';
import { SYSTEM_TIME } from './system-time.ts';

export interface OpenBridge {
  readonly parts: BridgeParts;
  readonly specs: readonly StreamSpec[];
  /** Where metrics and probes are served. */
  readonly probesAt: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

const LIMITS: BridgeLimits = {
  marks: { highMessages: 20_000, highBytes: 67_108_864, lowMessages: 10_000, lowBytes: 33_554_432 },
  recordSeconds: 30,
  recordMessages: 250_000,
  uncommittedMessagesMax: 500_000,
  publishBackoffMsMax: 30_000,
  revokeSeconds: 10,
  shutdownSeconds: 20,
  lagSeconds: 5,
  landing: { batchSeconds: 60, batchMessages: 50_000, batchBytes: 16_777_216 },
};

export async function openBridge({ settings, input }: CommandContext, logger: Logger): Promise<OpenBridge> {
  const specs = await bridgedStreams(settings.specs, input.list('source'));
  const config = await loadLaneConfig(settings.config, settings.env);
  const store = await openStore(settings);
  const log = await openLog(settings.root);
  const bus = await openBus(settings.root);
  for (const spec of specs) await createTopics(log, bus, spec);
  return {
    specs,
    probesAt: config.metrics,
    parts: {
      log,
      bus,
      store,
      time: SYSTEM_TIME,
      logger,
      limits: LIMITS,
      writer: writerName(systemNow(), randomBytes(4).toString('hex')),
      group: 'markets-bridge',
    },
    async close() {
      await log.close();
      await bus.close();
    },
  };
}

const PARTITIONS = 4;

/** Where no Terraform made them. A subscription that is made later misses what was published before. */
async function createTopics(log: MessageLog, bus: MessageBus, { source, stream }: StreamSpec): Promise<void> {
  await log.createTopic(stream.kafka_topic, PARTITIONS);
  if (source.type === 'file') return;
  for (const topic of [stream.pubsub_topic, stream.dead_letter_topic]) {
    await bus.createTopic(topic);
    await bus.createSubscription(`${topic}-sink`, topic);
  }
}

async function openLog(root: string): Promise<MessageLog> {
  const { openEmbeddedMessageLog } = await import('../../core/adapters/embedded-bus/embedded-message-log.ts');
  return openEmbeddedMessageLog({ folder: join(root, 'bus', 'log') });
}

async function openBus(root: string): Promise<MessageBus> {
  const { openEmbeddedMessageBus } = await import('../../core/adapters/embedded-bus/embedded-message-bus.ts');
  return openEmbeddedMessageBus({ folder: join(root, 'bus', 'messages') });
}
