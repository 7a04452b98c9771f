/** A process that appends as fast as it can, and says of each entry when it is durable: killed by a test. Arguments: root folder, instance, first number. */
import { setTimeout as wait } from 'node:timers/promises';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { openLedger } from '../open-ledger.ts';
import { finished, received } from './ledger-bench.ts';

/** Appends that are under way at once. */
const LANES = 64;
const NUMBERS_MAX = 1_000_000;

const [root = '', instance = '', first = '0'] = process.argv.slice(2);
const ledger = await openLedger({
  store: createFolderObjectStore(root),
  instance,
  heartbeatSeconds: 3600,
  time: {
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    wait: async (milliseconds, signal) => {
      await wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    },
  },
});

let next = Number(first);
async function lane(): Promise<void> {
  while (next < NUMBERS_MAX) {
    const number = next++;
    const { hash } = await ledger.append(received(number));
    process.stdout.write(`${number} ${hash}\n`);
    if (number % 3 === 0) {
      await ledger.append(finished(number));
      process.stdout.write(`${number} finished\n`);
    }
  }
}

await Promise.all(Array.from({ length: LANES }, lane));
