/**
 * `make fuzz`: damaged files of every format, read record by record and range by range: the two must say the same, byte for
 * byte. Ends with exit status 1 where they differ, where one crashes, loses a byte or takes longer than a file may.
 *
 *     node bench/fuzz.ts --minutes 10 [--mutations 10000000] [--seed 1]
 *     node bench/fuzz.ts --only SEED        one file, and its shortest part that still fails
 */
import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GROUP_SEEDS } from '../core/engine/test-support/comparison/random-comparison.ts';
import type { ChildMessage } from './fuzz/child.ts';
import { keepFailure, reproduce } from './fuzz/keep-failure.ts';

/** A file of some kilobytes takes milliseconds; a machine with much else to do a second. */
const FILE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 1000;
const PROGRESS_EVERY_MS = 10_000;
/** One waits for its files while the other computes. */
const PROCESSES_PER_CORE = 2;
const MAX_FAULTS = 20;
/** A file leaves little behind, but much in between. */
const YOUNG = ['--max-semi-space-size=32'];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    mutations: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    only: { type: 'string' },
  },
});
const [minutes, wanted, firstSeed] = [Number(values.minutes), Number(values.mutations), Number(values.seed)];
if (!(minutes > 0) || !(wanted > 0) || !Number.isInteger(firstSeed)) {
  throw new RangeError('expected --minutes and --mutations above 0 and a whole --seed');
}

interface Watched {
  readonly process: ChildProcess;
  seed: number;
  sinceMs: number;
  isOver: boolean;
}

const total = { files: 0, mutations: 0, bytes: 0, faults: 0 };
const startMs = Date.now();

function fault(seed: number, difference: string): void {
  total.faults += 1;
  const folder = keepFailure(seed, difference);
  process.stdout.write(`seed ${seed}: ${difference}\n  input: ${folder}; again: node bench/fuzz.ts --only ${seed}\n`);
}

function start(first: number, step: number): Watched {
  const child = fork(join(import.meta.dirname, 'fuzz/child.ts'), [String(first), String(step)], { execArgv: YOUNG });
  const watched: Watched = { process: child, seed: first, sinceMs: Date.now(), isOver: false };
  child.on('message', (message: ChildMessage) => {
    watched.seed = message.seed;
    watched.sinceMs = Date.now();
    if (message.kind === 'begin') return;
    total.files += 1;
    total.mutations += message.mutations;
    total.bytes += message.bytes;
    if (message.difference !== null) fault(message.seed, message.difference);
  });
  child.on('exit', (code, signal) => {
    watched.isOver = true;
    if (code !== 0 && signal !== 'SIGKILL') fault(watched.seed, `the process ended with ${String(code ?? signal)}`);
  });
  return watched;
}

function progress(): string {
  const perMinute = Math.round((total.mutations * 60_000) / Math.max(1, Date.now() - startMs));
  return `${total.files} files, ${total.bytes} bytes, ${total.mutations} mutations (${perMinute} a minute), ${total.faults} faults`;
}

async function fuzz(): Promise<void> {
  const count = availableParallelism() * PROCESSES_PER_CORE;
  const children = Array.from({ length: count }, (_, index) => start(firstSeed + index * GROUP_SEEDS, count));
  process.stdout.write(`from seed ${firstSeed} on, ${count} processes\n`);
  let toldMs = Date.now();
  const isAtEnd = (): boolean => Date.now() - startMs >= minutes * 60_000 || total.mutations >= wanted || total.faults >= MAX_FAULTS;
  while (!isAtEnd() && children.some(({ isOver }) => !isOver)) {
    const before = Date.now();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    // A machine that stood still, this process with it, is no hang of a file.
    const stoodMs = Date.now() - before - LOOK_EVERY_MS;
    if (stoodMs > LOOK_EVERY_MS) for (const child of children) child.sinceMs += stoodMs;
    for (const [index, child] of children.entries()) {
      if (child.isOver || Date.now() - child.sinceMs < FILE_LIMIT_MS) continue;
      child.process.kill('SIGKILL');
      fault(child.seed, `hangs: no verdict within ${FILE_LIMIT_MS} ms`);
      children[index] = start((Math.floor(child.seed / GROUP_SEEDS) + count) * GROUP_SEEDS, count);
    }
    if (Date.now() - toldMs < PROGRESS_EVERY_MS) continue;
    toldMs = Date.now();
    process.stderr.write(`${progress()}\n`);
  }
  for (const { process: child, isOver } of children) if (!isOver) child.send('end');
  await Promise.all(children.map(({ process: child }) => ended(child)));
  process.stdout.write(`${progress()}, from seed ${firstSeed} on\n`);
}

/** A child that does not end in time hangs at its last file. Time is counted in looks: a machine that stood still counts as one. */
async function ended(child: ChildProcess): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (let looks = 0; looks * LOOK_EVERY_MS < FILE_LIMIT_MS; looks += 1) {
    if (isOver()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  if (isOver()) return;
  child.kill('SIGKILL');
  total.faults += 1;
  process.stdout.write('a process does not end\n');
}

if (values.only === undefined) {
  await fuzz();
} else {
  const difference = await reproduce(Number(values.only));
  process.stdout.write(`${difference ?? 'nothing differs'}\n`);
  if (difference !== null) total.faults += 1;
}
if (total.faults > 0) process.exitCode = 1;
