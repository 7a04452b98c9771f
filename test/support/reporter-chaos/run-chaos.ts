/** Sends trades through several reporters at once while these are killed one after the other, until nothing is left to do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { seededRandom } from '../../../core/sample-data/random.ts';
import { listInstances } from '../../../reporter/ledger/heartbeat.ts';
import type { ChaosReporterOptions } from './chaos-options.ts';

const PROCESS = fileURLToPath(new URL('reporter-process.ts', import.meta.url));
const INSTANCES = 3;
const BATCH = 40;
const SENDERS = 6;
const LOOK_MS = 250;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

export interface ChaosOptions {
  readonly root: string;
  readonly regulator: string;
  readonly messages: readonly Buffer[];
  readonly kills: number;
  readonly seed: number;
  /** Until everything has its end. */
  readonly settleMs: number;
}

export interface ChaosOutcome {
  readonly kills: number;
  readonly seconds: number;
  readonly sendingSeconds: number;
  /** Answers that asked for another try later, and batches that a killed instance did not answer. */
  readonly full: number;
  readonly unanswered: number;
  readonly memoryMax: number;
}

export async function runChaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const reporters = new Reporters(options);
  try {
    return await chaos(options, reporters);
  } finally {
    reporters.killAll();
  }
}

async function chaos({ root, messages, kills, seed, settleMs }: ChaosOptions, reporters: Reporters): Promise<ChaosOutcome> {
  const started = performance.now();
  await reporters.start();
  const queue = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index) =>
    messages.slice(index * BATCH, (index + 1) * BATCH),
  );
  const batches = queue.length;
  const random = seededRandom(seed);
  const counts = { full: 0, unanswered: 0 };
  let killed = 0;
  const send = async (): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const answers = await reporters.post(random.integer(0, INSTANCES - 1), batch);
      if (answers === null) counts.unanswered += 1;
      const left = batch.filter((_, index) => answers?.[index] !== 'received');
      if (answers !== null) counts.full += left.length;
      if (left.length === 0) continue;
      queue.push(left);
      await sleep(LOOK_MS);
    }
  };
  const kill = async (): Promise<void> => {
    while (killed < kills) {
      await sleep(20);
      // Evenly over what is sent; the last ones while the rest settles.
      if (1 - queue.length / batches < killed / Math.max(1, kills - 1) && queue.length > 0) continue;
      await reporters.replace(random.integer(0, INSTANCES - 1));
      killed += 1;
      if (killed === Math.ceil(kills / 2)) await writeFile(join(root, '..', 'late-reference'), '');
      if (queue.length === 0) await sleep(1500);
    }
  };
  await Promise.all([...Array.from({ length: SENDERS }, send), kill()]);
  await writeFile(join(root, '..', 'late-reference'), '');
  const sendingSeconds = (performance.now() - started) / 1000;
  await reporters.settled(settleMs);
  await reporters.stop();
  return { kills: killed, seconds: (performance.now() - started) / 1000, sendingSeconds, ...counts, memoryMax: reporters.memoryMax };
}

class Reporters {
  memoryMax = 0;
  private readonly options: ChaosReporterOptions;
  private readonly running: Running[] = [];
  private readonly starting = new Map<number, Promise<void>>();

  constructor({ root, regulator }: ChaosOptions) {
    this.options = { root, regulator, lateReference: join(root, '..', 'late-reference') };
  }

  async start(): Promise<void> {
    this.running.push(...(await Promise.all(Array.from({ length: INSTANCES }, async () => await this.open()))));
  }

  async replace(place: number): Promise<void> {
    (this.running[place] as Running).child.kill('SIGKILL');
    this.running[place] = await this.open();
  }

  /** null where nobody answered. */
  async post(place: number, messages: readonly Buffer[]): Promise<readonly string[] | null> {
    await this.revive(place);
    try {
      const response = await fetch((this.running[place] as Running).url, {
        method: 'POST',
        body: messages.join('\n'),
        signal: AbortSignal.timeout(60_000),
      });
      return (await response.json()) as string[];
    } catch {
      return null;
    }
  }

  /** Nothing is under way in any instance, and none is dead with work that nobody took. */
  async settled(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    let last = '';
    while (performance.now() < until) {
      const states = await Promise.all(this.running.map(async (_, place) => await this.state(place)));
      const dead: string[] = [];
      for await (const { instance, state } of listInstances(createFolderObjectStore(this.options.root)))
        if (state !== 'alive') dead.push(instance);
      if (dead.length === 0 && states.every((state) => state?.events === 0)) return;
      last = JSON.stringify({ dead, states });
      await sleep(LOOK_MS);
    }
    throw new Error(`The reporters did not come to an end: ${last}`);
  }

  private async state(place: number): Promise<{ readonly events: number; readonly memory: number } | null> {
    await this.revive(place);
    try {
      const state = (await (await fetch((this.running[place] as Running).url)).json()) as { events: number; memory: number };
      this.memoryMax = Math.max(this.memoryMax, state.memory);
      return state;
    } catch {
      return null;
    }
  }

  /** An instance that ends by itself, as one does that was taken for dead while the machine stood still, is started again, as its platform would. */
  private async revive(place: number): Promise<void> {
    const { child } = this.running[place] as Running;
    if (child.exitCode === null && child.signalCode === null) return;
    const start = this.starting.get(place) ?? this.restart(place);
    this.starting.set(place, start);
    await start;
    this.starting.delete(place);
  }

  private async restart(place: number): Promise<void> {
    this.running[place] = await this.open();
  }

  async stop(): Promise<void> {
    for (const { child } of this.running) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      if (code !== 0) throw new Error(`A reporter that was told to end ended with ${String(code)}.`);
    }
  }

  killAll(): void {
    for (const { child } of this.running) child.kill('SIGKILL');
  }

  private async open(): Promise<Running> {
    const child = spawn(process.execPath, [PROCESS, JSON.stringify(this.options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const [port] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['0'])])) as [string];
    return { child, url: `http://127.0.0.1:${port}/` };
  }
}
