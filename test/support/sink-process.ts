/** A sink on the embedded bus in a process of its own, which kills itself at a named step. Started by tests: node sink-process.ts JSON. */
import { randomBytes } from 'node:crypto';
import { openEmbeddedMessageBus } from '../../core/adapters/embedded-bus/embedded-message-bus.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { writerName } from '../../core/stream/object-names.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import { runSink } from '../../streaming/sink/run-sink.ts';
import { createSinkMetrics } from '../../streaming/sink/sink-metrics.ts';
import { SINK_TIMES, TRADES, type SinkProcessOptions } from './sink-process-options.ts';

const given = JSON.parse(process.argv[2] ?? '{}') as SinkProcessOptions;
let reached = 0;
const bus = openEmbeddedMessageBus({ folder: given.bus, times: SINK_TIMES });
const now = (): string => new Date().toISOString().replace('Z', '000Z');
const sink = runSink({
  sources: [TRADES],
  bus,
  store: createFolderObjectStore(given.root),
  writer: writerName(now(), randomBytes(4).toString('hex')),
  limits: { batchSeconds: 0.1, batchMessages: 50, batchBytes: 1_000_000, shutdownSeconds: 10 },
  format: 'jsonl',
  loader: null,
  scratch: given.root,
  metrics: createSinkMetrics(),
  logger: SILENT,
  now,
  elapsedMs: () => performance.now(),
  untilIdleSeconds: given.untilIdleSeconds,
  signal: new AbortController().signal,
  reached(step) {
    if (step === given.killAt?.step) reached += 1;
    if (reached > 0 && reached === given.killAt?.time) process.kill(process.pid, 'SIGKILL');
  },
});
const { sources } = await sink.ended;
await bus.close();
for (const { error } of sources) if (error !== null) throw new Error('a source ended', { cause: error });
