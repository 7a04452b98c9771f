/** Retention of a root: ours where it is a folder, the lifecycle's of the buckets where it is in buckets. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { sweepUnfinished, type UnfinishedFiles } from '../../core/adapters/folder-object-store/sweep-unfinished.ts';
import { ENGINE_VERSION } from '../../core/engine/engine-version.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LaneConfig } from '../../orchestrator/index.ts';
import { planRetention, retentionInRun, type RetentionResult } from '../../orchestrator/retention/retention.ts';
import { expireHistories, type ExpiredHistories } from '../../streaming/history/expire-histories.ts';
import { isBucketRoot } from './work-folder.ts';

export interface RetentionOutcome extends RetentionResult {
  readonly applied: boolean;
  /** What killed writers left behind, older than a day. */
  readonly unfinished: UnfinishedFiles;
  /** Days of the histories of streams. */
  readonly history: ExpiredHistories;
}

export interface RetentionRequest {
  readonly root: string;
  readonly store: ObjectStore;
  readonly config: LaneConfig;
  readonly apply: boolean;
  readonly now: () => string;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;

/** null for a root in buckets: nothing is to be done here. Throws LEASE_HELD while a run is at work and something has to be removed. */
export async function runRetention({ root, store, config, apply, now, signal }: RetentionRequest): Promise<RetentionOutcome | null> {
  if (isBucketRoot(root)) return null;
  const days = config.retention;
  const result = apply
    ? await retentionInRun({
        store,
        days,
        signal,
        clock: { now },
        heartbeatSeconds: config.lane.heartbeat_seconds,
        holder: `${hostname()} process ${String(process.pid)}`,
        newId: () => randomBytes(16).toString('hex'),
        engineVersion: ENGINE_VERSION,
      })
    : await planRetention(store, days);
  const unfinished = await sweepUnfinished(root, { beforeMs: (await store.now()) - DAY_MS, remove: apply });
  const history = await expireHistories({ store, keptDays: days.history_days, now, apply });
  return { ...result, applied: apply, unfinished, history };
}
