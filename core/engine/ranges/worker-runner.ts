/**
 * Judges ranges in worker threads. The threads outlive the file: a process that validates many large ones starts them once.
 */
import { Worker } from 'node:worker_threads';
import { MarketsError } from '../../errors/markets-error.ts';
import type { Preamble } from './range-format.ts';
import type { RangeRunner } from './range-runner.ts';
import type { FileContext, Range, RangeResult } from './range.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts';

interface Order {
  readonly range: Range;
  readonly resolve: (result: RangeResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads that no file uses at the moment, all of them alive. */
const idle = new Set<Worker>();

export class WorkerRunner implements RangeRunner {
  readonly maxWaiting: number;
  private readonly file: FileContext;
  private readonly workers: Worker[];
  private readonly free: Worker[];
  private readonly orders: Order[] = [];
  private readonly running = new Map<Worker, Order>();
  private readonly losses = new Map<Worker, (cause: unknown) => void>();
  private isOpen = false;

  constructor(file: FileContext) {
    const { workers } = file.limits;
    this.file = file;
    this.maxWaiting = workers;
    this.workers = Array.from({ length: workers }, takeWorker);
    this.free = [...this.workers];
    for (const worker of this.workers) {
      worker.ref();
      worker.on('message', (reply: WorkerReply) => {
        this.receive(worker, reply);
      });
      const lose = (cause: unknown): void => {
        this.lose(worker, cause);
      };
      // A thread may end without an error.
      this.losses.set(worker, lose);
      worker.on('error', lose).on('exit', lose);
    }
  }

  run(range: Range, preamble: Preamble): Promise<RangeResult> {
    if (!this.isOpen) this.open(preamble);
    if (this.workers.length === 0) return Promise.reject(lostWorker(undefined));
    return new Promise((resolve, reject) => {
      this.orders.push({ range, resolve, reject });
      this.assign();
    });
  }

  close(): void {
    for (const worker of this.workers) {
      this.release(worker);
      if (this.running.has(worker)) {
        // The file ended early: what the thread still does is of no use.
        void worker.terminate();
        continue;
      }
      send(worker, { kind: 'close' });
      rest(worker);
    }
    this.workers.length = 0;
  }

  private open(preamble: Preamble): void {
    this.isOpen = true;
    const context = { ...this.file, preamble };
    for (const worker of this.workers) send(worker, { kind: 'open', context });
  }

  private assign(): void {
    while (this.orders.length > 0) {
      const worker = this.free.pop();
      const order = worker === undefined ? undefined : this.orders.shift();
      if (worker === undefined || order === undefined) return;
      this.running.set(worker, order);
      send(worker, { kind: 'range', range: order.range });
    }
  }

  private receive(worker: Worker, reply: WorkerReply): void {
    if (reply.kind === 'loaded') return;
    const order = this.running.get(worker);
    this.running.delete(worker);
    this.free.push(worker);
    this.assign();
    if (reply.kind === 'result') order?.resolve(reply.result);
    else order?.reject(reply.error);
  }

  /** A thread that is gone: its range fails the file, and so does everything that would have come to it. */
  private lose(worker: Worker, cause: unknown): void {
    this.release(worker);
    const order = this.running.get(worker);
    this.running.delete(worker);
    this.workers.splice(this.workers.indexOf(worker), 1);
    if (this.free.includes(worker)) this.free.splice(this.free.indexOf(worker), 1);
    if (order === undefined && this.workers.length > 0) return;
    for (const each of [...(order === undefined ? [] : [order]), ...this.orders.splice(0)]) each.reject(lostWorker(cause));
  }

  private release(worker: Worker): void {
    worker.removeAllListeners('message');
    const lose = this.losses.get(worker);
    if (lose !== undefined) worker.off('error', lose).off('exit', lose);
    this.losses.delete(worker);
  }
}

function lostWorker(cause: unknown): MarketsError {
  return new MarketsError('ENGINE_CHILD', 'A worker thread of the validation ended.', { details: { reason: 'crashed' }, cause });
}

/**
 * Starts threads before the process has seen a file; settles when all have loaded their modules, what they compiled kept in the compile
 * cache. One that ends instead is none that a file gets.
 */
export async function startWorkers(count: number): Promise<void> {
  const loaded = Array.from({ length: count }, async () => {
    const worker = newWorker({ keepsCompiled: true });
    await new Promise<void>((resolve) => {
      worker.once('message', () => {
        rest(worker);
        resolve();
      });
      worker.once('exit', resolve);
    });
  });
  await Promise.all(loaded);
}

/** No file uses the thread: the next one may, and it does not keep the process alive. */
function rest(worker: Worker): void {
  worker.unref();
  idle.add(worker);
}

/** One that is idle, else a new one. */
function takeWorker(): Worker {
  for (const worker of idle) {
    idle.delete(worker);
    return worker;
  }
  return newWorker({ keepsCompiled: false });
}

function newWorker(workerData: WorkerStart): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
  const forget = (): void => {
    idle.delete(worker);
  };
  // A thread may end while no file uses it.
  return worker.on('error', forget).on('exit', forget);
}

function send(worker: Worker, request: WorkerRequest): void {
  worker.postMessage(request);
}
