/** Live candles of the test source as a process of its own, so that it can be killed. Says on its output how far it is, a line of JSON each time it changed. */
import process from 'node:process';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { openKafkaMessageLog } from '../../core/adapters/kafka/kafka-message-log.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { CANDLE_LIMITS } from '../../streaming/candles/candle-parts.ts';
import { SourceCandles } from '../../streaming/candles/run-candles.ts';
import { tradeSpec } from '../../streaming/candles/test-support/trade-spec.ts';
import { BRIDGE_TIMES } from './bridge-process-options.ts';
import type { CandlesProcessOptions, CandlesProgress } from './candles-process-options.ts';

const LOOK_MS = 20;

const options = JSON.parse(process.argv[2] ?? '{}') as CandlesProcessOptions;
const log = openKafkaMessageLog({ brokers: [options.broker], tls: null, sasl: null, times: BRIDGE_TIMES });
const bus = openEmbeddedMessageBus({ folder: options.bus });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const source = new SourceCandles({
  ...{ log, bus, store: createFolderObjectStore(options.root), spec: tradeSpec(), logger: createLogger({ level: 'error' }) },
  time: SYSTEM_TIME,
  limits: { ...CANDLE_LIMITS, commitMs: 50, provisionalMs: 600_000 },
  ...{ gapBars: false, writer: options.writer, group: 'candles', scratch: options.scratch },
});

let told = '';
const look = setInterval(() => {
  const { messages, commits, partitions } = source.status;
  const progress: CandlesProgress = { messages, commits, partitions };
  const line = JSON.stringify(progress);
  if (line !== told) process.stdout.write(`${line}\n`);
  told = line;
}, LOOK_MS);

try {
  await source.run({ untilIdleMs: options.untilIdleMs, signal: stop.signal });
} finally {
  clearInterval(look);
  await bus.close();
  await log.close();
}
