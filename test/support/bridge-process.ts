/**
 * A bridge between a real Kafka and the embedded bus in a process of its own, which a test can kill: node bridge-process.ts JSON. While the file `away` is there, the bus
 * rejects everything. It says how many messages it has done, a line each time that it looks.
 */
import { existsSync } from 'node:fs';
import { SYSTEM_TIME } from '../../cli/streaming/system-time.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { bridgeLimits } from '../../streaming/bridge/bridge-limits.ts';
import { startBridge } from '../../streaming/bridge/run-bridge.ts';
import { faultyBus } from '../../streaming/bridge/test-support/faulty-bus.ts';
import { defaultStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import { BRIDGE_TIMES, exchangeTrades, type BridgeProcessOptions } from './bridge-process-options.ts';

const LOOK_MS = 20;
const given = JSON.parse(process.argv[2] ?? '{}') as BridgeProcessOptions;
const log = openKafkaMessageLog({ brokers: [given.broker], tls: null, sasl: null, times: BRIDGE_TIMES });
const bus = openEmbeddedMessageBus({ folder: given.bus });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const logger = createLogger({ level: 'warn' });
let isAway = existsSync(given.away);
const { ended, statuses } = startBridge(
  {
    log,
    bus: faultyBus(bus, () => (isAway ? 'rejected' : 'none')),
    store: createFolderObjectStore(given.root),
    time: SYSTEM_TIME,
    logger,
    limits: {
      ...bridgeLimits(defaultStreamingConfig()),
      ...{
        recordSeconds: 2,
        recordMessages: 10_000,
        uncommittedMessagesMax: 50_000,
        publishBackoffMsMax: 2000,
        revokeSeconds: 5,
        lagSeconds: 1,
      },
    },
    writer: given.writer,
    group: 'bridge',
  },
  { specs: [await exchangeTrades()], signal: stop.signal, untilIdleSeconds: given.untilIdleSeconds },
);
const looks = setInterval(() => {
  isAway = existsSync(given.away);
  process.stdout.write(`${(statuses[0]?.published ?? 0) + (statuses[0]?.deadLetters ?? 0)}\n`);
}, LOOK_MS);
await ended;
clearInterval(looks);
await log.close();
await bus.close();
await logger.close();
