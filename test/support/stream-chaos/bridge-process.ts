/** A bridge between Kafka and the Pub/Sub emulator in a process of its own, for a test that kills it: node bridge-process.ts JSON. Says how many messages it has done. */
import process from 'node:process';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { openKafkaMessageLog } from '../../../core/adapters/kafka/kafka-message-log.ts';
import { openPubsubMessageBus } from '../../../core/adapters/pubsub/pubsub-message-bus.ts';
import { createLogger } from '../../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import { bridgeLimits } from '../../../streaming/bridge/bridge-limits.ts';
import { startBridge } from '../../../streaming/bridge/run-bridge.ts';
import { defaultStreamingConfig } from '../../../streaming/config/load-streaming-config.ts';
import { BRIDGE_TIMES, exchangeTrades } from '../bridge-process-options.ts';
import { PROJECT, type BridgeLine, type BridgeOptions } from './chaos-options.ts';

const LOOK_MS = 20;
/** Shorter than the configured ones, so that a small test has all that a large one has. */
const LIMITS = {
  ...{ recordSeconds: 2, recordMessages: 10_000, uncommittedMessagesMax: 50_000 },
  ...{ publishBackoffMsMax: 2000, revokeSeconds: 5, lagSeconds: 1 },
};
const given = JSON.parse(process.argv[2] ?? '{}') as BridgeOptions;
const log = openKafkaMessageLog({ brokers: [given.broker], tls: null, sasl: null, times: BRIDGE_TIMES });
const bus = openPubsubMessageBus({ project: PROJECT, apiEndpoint: `http://${given.pubsub}` });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const logger = createLogger({ level: 'warn' });
const spec = await exchangeTrades();
const { ended, statuses } = startBridge(
  {
    ...{ log, bus, logger, time: SYSTEM_TIME, store: createFolderObjectStore(given.root) },
    ...{ limits: { ...bridgeLimits(defaultStreamingConfig()), ...LIMITS }, writer: given.writer, group: 'bridge' },
  },
  {
    // The emulator is slow with ordering keys; their order is tested on the embedded bus.
    specs: [{ ...spec, stream: { ...spec.stream, partition_key: null } }],
    signal: stop.signal,
    untilIdleSeconds: given.untilIdleSeconds,
  },
);
const looks = setInterval(() => {
  const [status] = statuses;
  const line: BridgeLine = { done: (status?.published ?? 0) + (status?.deadLetters ?? 0), isReading: status?.state === 'reading' };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}, LOOK_MS);
await ended;
clearInterval(looks);
await log.close();
await bus.close();
await logger.close();
