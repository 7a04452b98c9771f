/** A sink that asks the Pub/Sub emulator for messages, in a process of its own: node sink-process.ts JSON. It says how far it is, a line each time that it looks. */
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { openPubsubMessageBus } from '../../../core/adapters/pubsub/pubsub-message-bus.ts';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { writerName } from '../../../core/stream/object-names.ts';
import { createLogger } from '../../../core/telemetry/logger.ts';
import { runSink } from '../../../streaming/sink/run-sink.ts';
import { createSinkMetrics } from '../../../streaming/sink/sink-metrics.ts';
import { exchangeTrades } from '../bridge-process-options.ts';
import { PROJECT, type SinkLine, type SinkOptions } from './chaos-options.ts';
import { pullingBus } from './pulling-bus.ts';

const LOOK_MS = 100;
const given = JSON.parse(process.argv[2] ?? '{}') as SinkOptions;
const pubsub = openPubsubMessageBus({ project: PROJECT, apiEndpoint: `http://${given.pubsub}` });
const pulling = pullingBus(pubsub, given.pubsub, PROJECT);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const logger = createLogger({ level: 'warn' });
const now = (): string => new Date().toISOString().replace('Z', '000Z');
const { name, stream } = await exchangeTrades();
let rows = 0;
const sink = runSink({
  sources: [{ name, topic: stream.pubsub_topic, deadLetterTopic: stream.dead_letter_topic }],
  bus: pulling.bus,
  store: createFolderObjectStore(given.root),
  writer: writerName(now(), randomBytes(4).toString('hex')),
  limits: { batchSeconds: 5, batchMessages: 50_000, batchBytes: 67_108_864, shutdownSeconds: 60 },
  format: 'parquet',
  loader: null,
  scratch: given.root,
  metrics: createSinkMetrics(),
  logger,
  now,
  elapsedMs: () => performance.now(),
  untilIdleSeconds: null,
  signal: stop.signal,
  committed(manifest) {
    for (const part of manifest.parts) rows += part.rows;
  },
});
const say = (line: SinkLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const looks = setInterval(() => say({ rows, emptyPulls: pulling.emptyPulls() }), LOOK_MS);
const { sources } = await sink.ended;
clearInterval(looks);
say({ rows, emptyPulls: pulling.emptyPulls(), twice: pulling.twice() });
await pubsub.close();
await logger.close();
for (const { error } of sources) if (error !== null) throw new Error('a source ended', { cause: error });
