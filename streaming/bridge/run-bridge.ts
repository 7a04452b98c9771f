/**
 * All sources of a bridge in one process, each by itself: its own consumer, publishers, marks and retries. A source that fails begins anew after a pause, again and
 * again, while the others go on; one whose spec cannot be used ends for good, and the bridge ends with it only when no other is left.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { BridgeParts } from './bridge-options.ts';
import { codeOf } from './partition-slots.ts';
import { SourceLanding } from '../landing/source-landing.ts';
import { SourceBridge, type StreamSpec } from './source-bridge.ts';
import { SourceStatus } from './source-status.ts';

const RESTART_FIRST_MS = 500;
const RESTART_MS_MAX = 30_000;
/** A source that went well for so long begins again at the first pause. */
const SETTLED_MS = 60_000;
const IDLE_CHECK_MS = 100;

export interface RunningBridge {
  readonly statuses: readonly SourceStatus[];
  /** Resolves when every source has ended. Never throws. */
  readonly ended: Promise<void>;
}

export interface BridgeRun {
  readonly specs: readonly StreamSpec[];
  /** Ends the bridge: what is under way is finished within the limits. */
  readonly signal: AbortSignal;
  /** Ends it as well when no source had a message for so long and nothing is under way; null for never. */
  readonly untilIdleSeconds: number | null;
}

export function startBridge(parts: BridgeParts, { specs, signal, untilIdleSeconds }: BridgeRun): RunningBridge {
  const statuses = specs.map(({ name }) => new SourceStatus(name));
  const idle = new AbortController();
  const stop = AbortSignal.any([signal, idle.signal]);
  const runs = specs.map(async (spec, index) => await keepRunning(spec, parts, statuses[index] as SourceStatus, stop));
  const all = Promise.all(runs);
  const done = new AbortController();
  if (untilIdleSeconds !== null) void abortWhenIdle(parts, statuses, untilIdleSeconds * 1000, AbortSignal.any([stop, done.signal]), idle);
  return {
    statuses,
    ended: all.then(() => done.abort()),
  };
}

async function keepRunning(spec: StreamSpec, parts: BridgeParts, status: SourceStatus, signal: AbortSignal): Promise<void> {
  const { time, logger } = parts;
  let pause = RESTART_FIRST_MS;
  while (!signal.aborted) {
    const begun = time.monotonicMs();
    try {
      await open(spec, parts, status).run(signal);
      status.failure = null;
    } catch (error) {
      status.failure = codeOf(error);
      const message = isMarketsError(error) ? error.message : String(error);
      logger.log('error', 'source_failed', { source: spec.name, code: status.failure, message });
      if (isMarketsError(error, 'SPEC_NOT_SUPPORTED')) {
        status.state = 'failed';
        return;
      }
      status.state = 'failing';
      if (time.monotonicMs() - begun > SETTLED_MS) pause = RESTART_FIRST_MS;
      await time.wait(pause, signal);
      pause = Math.min(pause * 2, RESTART_MS_MAX);
    }
  }
  status.state = 'ended';
}

/** A source of files whose messages come by the log has them written to landing/; all others are published. */
function open(spec: StreamSpec, parts: BridgeParts, status: SourceStatus): { run(signal: AbortSignal): Promise<void> } {
  return spec.source.type === 'file' ? new SourceLanding(spec, parts, status) : new SourceBridge(spec, parts, status);
}

async function abortWhenIdle(
  { time }: BridgeParts,
  statuses: readonly SourceStatus[],
  idleMs: number,
  signal: AbortSignal,
  idle: AbortController,
): Promise<void> {
  const since = new Map<SourceStatus, { readonly read: number; readonly ms: number }>();
  while (!signal.aborted) {
    const now = time.monotonicMs();
    const areIdle = statuses.map((status) => {
      const isBusy = status.state === 'starting' || status.state === 'failing' || (status.delivery?.inFlight ?? 0) > 0;
      const last = since.get(status);
      if (last === undefined || last.read !== status.read || isBusy) since.set(status, { read: status.read, ms: now });
      return now - (since.get(status)?.ms ?? now) >= idleMs;
    });
    if (areIdle.every(Boolean)) {
      idle.abort();
      return;
    }
    await time.wait(IDLE_CHECK_MS, signal);
  }
}
