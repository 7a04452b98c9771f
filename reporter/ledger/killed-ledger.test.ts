import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { adoptUnfinished } from './adopt-unfinished.ts';
import { openLedger } from './open-ledger.ts';
import { readLedger } from '../../core/reports/read-ledger.ts';
import { eventOf, instanceOf, MovedTime } from './test-support/ledger-bench.ts';
import { verifyReports } from './verify.ts';

const CHILD = fileURLToPath(new URL('./test-support/appending-process.ts', import.meta.url));
const TIMEOUT_MS = 120_000;
/** Entries that are durable when a process is killed. */
const KILLED_AFTER = [1, 40, 400, 3000] as const;

type Child = ChildProcessByStdio<null, Readable, null>;

let folder = '';
let child: Child | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-ledger-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** What the process was told to be durable before it was killed in the middle of its work. */
async function killedAfter(run: number, entries: number): Promise<readonly string[]> {
  child = spawn(process.execPath, [CHILD, folder, instanceOf(run), String(run * 1000)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit');
  for await (const line of lines) {
    told.push(line);
    // What it says after the signal is still in the pipe, and read to its end.
    if (told.length === entries) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return told;
}

test(
  'everything whose append resolved is there after kill -9; what was unfinished is taken on; nothing is found damaged',
  async () => {
    const store = createFolderObjectStore(folder);
    const unfinished = new Set<string>();
    for (const [run, entries] of KILLED_AFTER.entries()) {
      const told = await killedAfter(run, entries);
      const kept = new Map<string, string>();
      const ended = new Set<string>();
      for await (const entry of readLedger(store, instanceOf(run))) {
        if (entry.kind === 'received') kept.set(entry.event_id ?? '', entry.hash);
        else ended.add(entry.event_id ?? '');
      }
      for (const line of told) {
        const [number, what] = line.split(' ');
        const event = eventOf(Number(number));
        expect(what === 'finished' ? ended.has(event) : kept.get(event) === what, line).toBe(true);
      }
      for (const event of kept.keys()) if (!ended.has(event)) unfinished.add(event);
    }
    expect(await verifyReports(store)).toMatchObject({ instances: KILLED_AFTER.length, open: KILLED_AFTER.length, finding_count: 0 });
    const adopter = await openLedger({ store: laterBy(store, 4 * 3600_000), time: new MovedTime(), instance: instanceOf(9) });
    const taken = new Set<string>();
    const options = { store: laterBy(store, 4 * 3600_000), ledger: adopter, time: new MovedTime() };
    const adopted = await adoptUnfinished(options, async ({ eventId }) => {
      taken.add(await Promise.resolve(eventId));
    });
    expect(adopted.instances).toHaveLength(KILLED_AFTER.length);
    expect(adopted.refused).toEqual([]);
    expect(taken).toEqual(unfinished);
    await adopter.close();
    expect(await verifyReports(store)).toMatchObject({ open: 0, finding_count: 0 });
  },
  TIMEOUT_MS,
);

/** As the store looks hours later. */
function laterBy(store: ReturnType<typeof createFolderObjectStore>, milliseconds: number): typeof store {
  return { ...store, now: async () => (await store.now()) + milliseconds };
}
