import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENGINE_LIMITS } from '../limits.ts';
import type { ValidationJob } from '../report.ts';
import { specOf } from '../test-support/spec-of.ts';
import { SEED_WORDS } from '../uniqueness/key-hasher.ts';
import { NO_CARRY } from './range-format.ts';
import type { Range } from './range.ts';
import { startWorkers, WorkerRunner } from './worker-runner.ts';

const WORKERS = 2;
const WAIT_MS = 20_000;

let folder: string;
const threads: Worker[] = [];
const notice = (worker: Worker): void => {
  threads.push(worker);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'worker-runner-'));
  process.on('worker', notice);
});
afterEach(async () => {
  // The next test starts threads of its own.
  for (const thread of threads.splice(0)) await thread.terminate();
});
afterAll(() => {
  process.off('worker', notice);
  rmSync(folder, { recursive: true });
});

function runner(): WorkerRunner {
  const spec = specOf({ schema: [{ name: 'a' }], source: { csv: { has_header: false } } });
  const identity = { load_id: 'f'.repeat(32), file: 'file.csv', version: 1, now: '2023-01-30T06:00:00.000000Z' };
  const job: ValidationJob = { ...identity, spec, input_path: import.meta.filename, control: null, output_folder: folder };
  return new WorkerRunner({ job, limits: { ...ENGINE_LIMITS, workers: WORKERS }, fileBytes: 0, seed: new Int32Array(SEED_WORDS) });
}

const PREAMBLE = { csv: { plan: { fieldCount: 1, fieldOf: [0], kept: [], unloaded: [] }, headerFailed: false } };

/** A range of so many rows. */
function rangeOf(number: number, rows: number): Range {
  const content = Buffer.from('x\n'.repeat(rows));
  const bytes = Buffer.from(new SharedArrayBuffer(content.length + 64));
  content.copy(bytes);
  const place = { bytes, base: 0, length: content.length, from: 0, stop: content.length, final: true };
  return { number, ...place, carry: NO_CARRY, linesBefore: null, repeated: null };
}

/** `undefined` where there is no answer in time. */
function settled(result: Promise<unknown>): Promise<unknown> {
  const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  return Promise.race([result.catch((error: unknown) => error), late]);
}

const LOST = { code: 'ENGINE_CHILD', message: 'A worker thread of the validation ended.' };

test('ranges are judged by threads, which are used again for the next file', async () => {
  for (let file = 0; file < 2; file += 1) {
    const own = runner();
    const results = await Promise.all([1, 2, 3, 4, 5].map((number) => own.run(rangeOf(number, number), PREAMBLE)));
    own.close();
    expect(results.map(({ counts }) => counts.records)).toEqual([1, 2, 3, 4, 5]);
  }
  expect(threads).toHaveLength(WORKERS);
});

test('threads that were started before there is a file are those that it gets', async () => {
  await startWorkers(WORKERS);
  expect(threads).toHaveLength(WORKERS);
  const own = runner();
  const results = await Promise.all([1, 2, 3].map((number) => own.run(rangeOf(number, number), PREAMBLE)));
  own.close();
  expect(results.map(({ counts }) => counts.records)).toEqual([1, 2, 3]);
  expect(threads).toHaveLength(WORKERS);
});

test('a thread that ends before it has loaded is given to no file', async () => {
  const started = startWorkers(1);
  await setImmediate();
  await threads[0]?.terminate();
  await started;
  const own = runner();
  expect(await settled(own.run(rangeOf(1, 2), PREAMBLE))).toMatchObject({ counts: { records: 2 } });
  own.close();
  expect(threads).toHaveLength(1 + WORKERS);
});

test('a range that cannot be judged fails, the next file is judged by the same threads', async () => {
  const first = runner();
  const broken = { ...rangeOf(1, 1), bytes: null as unknown as Uint8Array };
  expect(await settled(first.run(broken, PREAMBLE))).toBeInstanceOf(TypeError);
  first.close();
  const second = runner();
  expect(await settled(second.run(rangeOf(1, 3), PREAMBLE))).toMatchObject({ counts: { records: 3 } });
  second.close();
  expect(threads).toHaveLength(WORKERS);
});

test.each([
  ['ends', (thread: Worker): void => void thread.terminate()],
  ['breaks', (thread: Worker): void => void thread.emit('error', new Error('out of memory'))],
])('a thread that %s fails its file only', async (_, fail) => {
  const first = runner();
  const results = [1, 2].map((number) => settled(first.run(rangeOf(number, 2_000_000), PREAMBLE)));
  // Threads are told of a moment after they are made.
  await setImmediate();
  expect(threads).toHaveLength(WORKERS);
  threads.forEach(fail);
  expect(await Promise.all(results)).toMatchObject([LOST, LOST]);
  expect(await settled(first.run(rangeOf(3, 1), PREAMBLE))).toMatchObject(LOST);
  first.close();
  const second = runner();
  expect(await settled(second.run(rangeOf(1, 3), PREAMBLE))).toMatchObject({ counts: { records: 3 } });
  second.close();
});

test('a thread that ends while it has nothing to do is given nothing', async () => {
  const own = runner();
  await own.run(rangeOf(1, 1), PREAMBLE);
  const [lost] = threads;
  await lost?.terminate();
  const results = [2, 3].map((number) => settled(own.run(rangeOf(number, number), PREAMBLE)));
  expect(await Promise.all(results)).toMatchObject([{ counts: { records: 2 } }, { counts: { records: 3 } }]);
  own.close();
});
