/** Whether a bridge lives and works, from its sources. */
import type { Probes } from '../telemetry/serve-probes.ts';
import { createBridgeMetrics } from './bridge-metrics.ts';
import type { SourceStatus } from './source-status.ts';
import type { Time } from '../../core/time/time.ts';

/** A bus or a store that refuses for so long is told; shorter refusals are daily life. */
const REFUSING_MS_MAX = 30_000;

export function bridgeProbes(statuses: readonly SourceStatus[], time: Time): Probes {
  const metrics = createBridgeMetrics(statuses);
  return {
    contentType: metrics.contentType,
    metrics: async () => await metrics.text(),
    // Whatever a source fails with, it begins anew by itself: a restart would only stop the others.
    unhealthy: () =>
      statuses.every(({ state }) => state === 'failed') ? statuses.map(({ source, failure }) => `${source}: ${failure ?? ''}`) : [],
    unready: () => statuses.flatMap((status) => unready(status, time.monotonicMs())),
  };
}

function unready({ source, state, failure, delivery, storeFailingSince }: SourceStatus, nowMs: number): readonly string[] {
  if (state !== 'reading') return [`${source}: ${state}${failure === null ? '' : ` ${failure}`}`];
  const refuses = (since: number | null | undefined): boolean => typeof since === 'number' && nowMs - since > REFUSING_MS_MAX;
  if (refuses(delivery?.rejectingSince)) return [`${source}: the bus rejects`];
  if (refuses(storeFailingSince)) return [`${source}: the store refuses`];
  return [];
}
