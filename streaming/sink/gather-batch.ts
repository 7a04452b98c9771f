/** Gathers a batch until it is old, full or large enough, or until the end has come. */
import type { BatchChain } from './batch-chain.ts';
import type { Intake } from './intake.ts';
import { OpenBatch } from './open-batch.ts';
import type { SinkOptions } from './sink-options.ts';

export interface Gathered {
  /** Empty where nothing came for as long as a batch is gathered: time to look what others have committed. */
  readonly batch: OpenBatch;
  /** No batch comes behind this one: the signal has come, or nothing came for as long as the options say. */
  readonly ended: boolean;
}

export async function gatherBatch(options: SinkOptions, chain: BatchChain, intake: Intake): Promise<Gathered> {
  const { limits, signal, elapsedMs, metrics } = options;
  const batch = new OpenBatch();
  const idleMs = options.untilIdleSeconds === null ? Infinity : options.untilIdleSeconds * 1000;
  const batchMs = limits.batchSeconds * 1000;
  const isCommitted = chain.has.bind(chain);
  let dueMs = elapsedMs() + batchMs;
  for (;;) {
    const idleAtMs = intake.quietSinceMs + idleMs;
    if (signal.aborted || (elapsedMs() >= idleAtMs && (await intake.isEmptyFor(QUIET_MS, signal)))) return { batch, ended: true };
    const waitMs = Math.max(0, Math.min(dueMs, idleAtMs) - elapsedMs());
    const isFull = batch.held >= limits.batchMessages || batch.sizeBytes >= limits.batchBytes;
    if (isFull || elapsedMs() >= dueMs) return { batch, ended: false };
    const deliveries = await intake.next(Math.min(limits.batchMessages - batch.held, DELIVERIES_MAX), waitMs, signal);
    if (deliveries.length === 0) continue;
    // A batch is as old as its first message.
    if (batch.held === 0) dueMs = elapsedMs() + batchMs;
    for (const delivery of deliveries) batch.add(delivery, isCommitted);
    metrics.waiting(chain.source, batch.held);
  }
}

/** Looked at once more at the end: a process that was stopped for a while finds its time over before anything could come. */
const QUIET_MS = 250;
/** Taken at once: bytes are looked at behind each. */
const DELIVERIES_MAX = 1000;
