/**
 * A bridge in a process of its own that a test can kill: `node bridge-child.ts <folder> <writer>`, on the bus and the store of openBench.
 * It says how many messages the bus has taken, a line each time that it looks. */
import { join } from 'node:path';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { SILENT } from '../../../core/telemetry/logger.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import { startBridge } from '../run-bridge.ts';
import { KILLED_SESSION_MS, openBus, TEST_LIMITS } from './bridge-bench.ts';
import { tradesSpec } from './trades-stream.ts';

const LOOK_MS = 10;
const [folder = '', writer = ''] = process.argv.slice(2);
const { log, bus } = openBus(folder, KILLED_SESSION_MS);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const { ended, statuses } = startBridge(
  {
    log,
    bus,
    store: createFolderObjectStore(join(folder, 'root')),
    time: SYSTEM_TIME,
    logger: SILENT,
    limits: { ...TEST_LIMITS, recordSeconds: 2, recordMessages: 300 },
    writer,
    group: 'bridge',
  },
  { specs: [tradesSpec()], signal: stop.signal, untilIdleSeconds: null },
);
const looks = setInterval(() => process.stdout.write(`${statuses[0]?.published ?? 0}\n`), LOOK_MS);
await ended;
clearInterval(looks);
await log.close();
await bus.close();
