/** One source: gather, commit, acknowledge, again. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { PartKind } from '../../core/stream/object-names.ts';
import { SYSTEM_TIME } from '../../core/time/system-time.ts';
import { within, withinOfSignal } from '../../core/time/within.ts';
import { BatchChain } from './batch-chain.ts';
import { commitBatch } from './commit-batch.ts';
import { gatherBatch } from './gather-batch.ts';
import { Intake, type IntakeSource } from './intake.ts';
import type { OpenBatch } from './open-batch.ts';
import type { SinkOptions, SinkSource } from './sink-options.ts';

export interface SourceHooks {
  /** The chain is read and the subscriptions are open, or a batch was committed: it works. */
  readonly working: () => void;
}

/** Of what a subscription may hold, over what a batch holds: what comes while a batch is committed. */
const HELD_FACTOR = 2;

/**
 * Serves one source until the signal, or until it was idle for long enough. Whatever it throws, nothing is lost: what was not acknowledged comes again,
 * and what was committed is known by its offsets.
 */
export async function sinkSource(options: SinkOptions, source: SinkSource, hooks: SourceHooks): Promise<void> {
  const chain = await BatchChain.open(options.store, source.name);
  await options.loader?.loadUpTo(source.name, chain.seq);
  const intake = new Intake(await openSubscriptions(options, source), options.elapsedMs);
  try {
    hooks.working();
    await serve(options, chain, intake, hooks);
  } finally {
    await within(intake.close(), options.limits.shutdownSeconds * 1000, SYSTEM_TIME);
  }
}

async function serve(options: SinkOptions, chain: BatchChain, intake: Intake, hooks: SourceHooks): Promise<void> {
  for (let goesOn = true; goesOn;) {
    const { batch, ended } = await gatherBatch(options, chain, intake);
    options.reached?.('gathered');
    try {
      goesOn = (await finish(options, chain, batch)) && !ended;
    } catch (error) {
      batch.giveBack();
      throw error;
    }
    hooks.working();
  }
}

/** Commits and acknowledges. Once the signal has come it has so long as the shutdown allows; then the messages are given back, and the answer is false. */
async function finish(options: SinkOptions, chain: BatchChain, batch: OpenBatch): Promise<boolean> {
  const shutdownMs = options.limits.shutdownSeconds * 1000;
  const isDone = await withinOfSignal(commit(options, chain, batch), options.signal, shutdownMs, SYSTEM_TIME);
  if (isDone) return true;
  // The commit may still succeed; then its messages come again and are known by their offsets.
  options.logger.log('warn', 'batch_given_back', { source: chain.source, messages: batch.held });
  batch.giveBack();
  return false;
}

async function commit(options: SinkOptions, chain: BatchChain, batch: OpenBatch): Promise<void> {
  const { metrics, logger, elapsedMs } = options;
  const { source } = chain;
  const before = elapsedMs();
  const place = { ...options, lost: () => metrics.lost(source), written: () => options.reached?.('part_written') };
  if (batch.rows.length === 0) await chain.catchUp();
  const manifest = batch.rows.length === 0 ? null : await commitBatch(place, chain, batch);
  if (manifest !== null) options.reached?.('committed');
  batch.acknowledge();
  metrics.duplicates(source, batch.duplicates);
  metrics.ranges(source, chain.size);
  metrics.waiting(source, 0);
  if (manifest !== null) {
    options.reached?.('acknowledged');
    metrics.committed(manifest, (elapsedMs() - before) / 1000, Date.parse(options.now()));
    logger.log('info', 'batch_committed', { source, seq: manifest.seq, rows: batch.rows.length, duplicates: batch.duplicates });
    options.committed?.(manifest);
  }
  if (options.loader === null) return;
  await options.loader.loadUpTo(source, chain.seq);
  metrics.loaded(source, chain.seq);
  options.reached?.('loaded');
}

async function openSubscriptions({ bus, limits }: SinkOptions, { topic, deadLetterTopic }: SinkSource): Promise<readonly IntakeSource[]> {
  const messages = await openSubscription(bus, 'messages', topic, limits);
  try {
    return [messages, await openSubscription(bus, 'dead_letters', deadLetterTopic, limits)];
  } catch (error) {
    await messages.subscription.close();
    throw error;
  }
}

async function openSubscription(bus: MessageBus, kind: PartKind, topic: string, limits: SinkOptions['limits']): Promise<IntakeSource> {
  const name = `${topic}-sink`;
  const heldMessagesMax = limits.batchMessages * HELD_FACTOR;
  const heldBytesMax = limits.batchBytes * HELD_FACTOR;
  return { kind, name, subscription: await bus.subscription(name, { heldMessagesMax, heldBytesMax }) };
}
