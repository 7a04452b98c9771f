/** Sources side by side: what is wrong with one holds up none of the others. */
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { sinkSource } from './sink-source.ts';
import type { SinkOptions, SinkSource } from './sink-options.ts';

export interface SinkResult {
  readonly sources: readonly SourceResult[];
}

export interface SourceResult {
  readonly source: string;
  readonly batches: number;
  readonly rows: number;
  /** Why it ended before the signal; null where it did not. */
  readonly error: unknown;
}

export interface RunningSink {
  /** Sources that do not work at the moment. */
  notReady(): readonly string[];
  /** Ends with the signal, or when every source has ended. Never rejects. */
  readonly ended: Promise<SinkResult>;
}

/** Between two starts of a source that failed: doubled from the first to the second. */
const RESTART_MS = 1000;
const RESTART_MS_MAX = 30_000;
/** A source that fails for so long without a success in between is left. */
const FAILING_MS_MAX = 900_000;

export function runSink(options: SinkOptions): RunningSink {
  const failing = new Set(options.sources.map(({ name }) => name));
  const sources = options.sources.map(async (source) => await keepUp(options, source, failing));
  return { notReady: () => [...failing].toSorted(), ended: Promise.all(sources).then((results) => ({ sources: results })) };
}

/** Starts a source again after errors that may pass: its state is read anew, as after a kill. */
async function keepUp(options: SinkOptions, source: SinkSource, failing: Set<string>): Promise<SourceResult> {
  const { name } = source;
  const { signal, elapsedMs, metrics, logger } = options;
  let batches = 0;
  let rows = 0;
  const firstRestartMs = options.restartMs ?? RESTART_MS;
  let restartMs = firstRestartMs;
  let workedAtMs = elapsedMs();
  const working = (): void => {
    failing.delete(name);
    restartMs = firstRestartMs;
    workedAtMs = elapsedMs();
  };
  const counted: SinkOptions = {
    ...options,
    committed(manifest) {
      batches += 1;
      rows += manifest.parts.reduce((sum, part) => sum + part.rows, 0);
      options.committed?.(manifest);
    },
  };
  const result = (error: unknown): SourceResult => ({ source: name, batches, rows, error });
  do {
    try {
      await sinkSource(counted, source, { working });
      return result(null);
    } catch (error) {
      failing.add(name);
      const code = isMarketsError(error) ? error.code : 'INTERNAL';
      metrics.failed(name, code);
      logger.log('error', 'source_failed', { source: name, code, message: String(error) });
      const mayPass = isMarketsError(error) && error.retryable && elapsedMs() - workedAtMs < FAILING_MS_MAX;
      if (!mayPass || signal.aborted) return result(error);
    }
    await wait(restartMs, undefined, { signal }).catch(() => undefined);
    restartMs = Math.min(restartMs * 2, RESTART_MS_MAX);
  } while (!isAborted(signal));
  return result(null);
}

function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}
