/**
 * The frame of a run: lease, state, chain. A run begins by naming the one before with the heads of its chains, and ends with an event
 * that closes its own: one chain over everything.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import { sealClosedDays } from '../../core/events/seal-days.ts';
import { createEventWriter } from '../../core/events/event-writer.ts';
import { newRunId } from '../../core/events/event-names.ts';
import { acquireLease, type Lease } from '../../core/lease/lease.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { writeCheckpoint } from '../state/checkpoint.ts';
import { loadStateCounted } from '../state/load-state.ts';
import type { LaneState } from '../state/lane-state.ts';
import { dateIn, instantOfMs } from '../time/instant.ts';
import { createJournal, type Journal } from './journal.ts';

export interface RunFrame {
  readonly runId: string;
  /** YYYY-MM-DD by the store's clock when the run began: where its events lie. */
  readonly eventsDate: string;
  readonly lease: Lease;
  /** The moment that the run's first event names: what its rules take for now. */
  readonly startedAt: string;
  readonly state: LaneState;
  readonly journal: Journal;
  /** Whether the end is recorded: a run has one. */
  isClosed(): boolean;
  /** Seals closed days and keeps a checkpoint; after the end, and never needed: the next run does what this one left. */
  tidy(): Promise<void>;
  /** Records the end; the lease is given back by the caller, whatever happened. */
  close(end: Omit<EventData['run_finished'], 'heads' | 'previous_closing_hash'>): Promise<void>;
}

export interface RunFrameOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly heartbeatSeconds: number;
  readonly holder: string;
  /** Random lower-case hex, at least 32 digits. */
  readonly newId: () => string;
  readonly engineVersion: string;
  /** So many events since the last checkpoint make the next one worth its writing. */
  readonly checkpointEvery?: number;
}

const CHECKPOINT_EVERY = 5000;

export async function openRun(options: RunFrameOptions): Promise<RunFrame> {
  const { store, clock } = options;
  const lease = await acquireLease({ store, heartbeatSeconds: options.heartbeatSeconds, holder: options.holder });
  try {
    return await begin(options, lease, clock.now());
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function begin(
  { store, clock, newId, engineVersion, checkpointEvery }: RunFrameOptions,
  lease: Lease,
  now: string,
): Promise<RunFrame> {
  const { state, folded } = await loadStateCounted(store);
  const previous = state.last_run;
  const runId = newRunId(lease.epoch, newId().slice(0, 8));
  const storeDate = dateIn(instantOfMs(await store.now()), 'UTC');
  const writer = createEventWriter({ store, runId, writer: 'main', date: storeDate, newId });
  const journal = createJournal(writer, state, clock);
  await journal.record([
    {
      type: 'run_started',
      at: now,
      data: {
        epoch: lease.epoch,
        now,
        engine_version: engineVersion,
        previous: previous === null ? null : { run_id: previous.run_id, closing_hash: previous.closing_hash, heads: previous.heads },
      },
    },
  ]);
  let closed = false;
  return {
    runId,
    eventsDate: storeDate,
    lease,
    startedAt: now,
    state,
    journal,
    isClosed: () => closed,
    async tidy() {
      await sealClosedDays(store, storeDate);
      const closing_hash = state.last_run?.closing_hash ?? null;
      const events = journal.heads().reduce((sum, head) => sum + head.seq, folded);
      if (closing_hash === null || events < (checkpointEvery ?? CHECKPOINT_EVERY)) return;
      await writeCheckpoint(store, lease.epoch, { run_id: runId, closing_hash, date: storeDate, state });
    },
    async close(end) {
      const heads = journal.heads();
      if (heads.length === 0) throw new MarketsError('INTERNAL', 'A run ends without a beginning.');
      await lease.assertHeld();
      const data = { ...end, heads, previous_closing_hash: previous?.closing_hash ?? null };
      await journal.record([{ type: 'run_finished', at: clock.now(), data }]);
      closed = true;
    },
  };
}
