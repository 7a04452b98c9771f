/** The parts of a reporter put together: what the service runs, and what replays from the command line. Adapters are the caller's. */
import type { MarketsError } from '../core/errors/markets-error.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Time } from '../core/time/time.ts';
import type { EventReaders } from './event/event-readers.ts';
import type { TradeEvent } from './event/trade-event.ts';
import { adoptUnfinished } from './ledger/adopt-unfinished.ts';
import { findAllReceived } from './ledger/find-received.ts';
import { isDead } from './ledger/heartbeat.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger, type LedgerOptions } from './ledger/open-ledger.ts';
import { createTradeSteps } from './ledger/stored-trade-steps.ts';
import type { Acceptance, Arrival } from './pipeline/arrival.ts';
import { PIPELINE_LIMITS, type PipelineLimits } from './pipeline/pipeline-limits.ts';
import type { PipelineSign } from './pipeline/pipeline-parts.ts';
import { ReportPipeline, type ReportEnds } from './pipeline/report-pipeline.ts';
import { ReferenceCache, type ReferenceState } from './reference/reference-cache.ts';
import { REFERENCE_LIMITS, type ReferenceLimits } from './reference/reference-limits.ts';
import type { ReferenceRows } from './reference/warehouse-references.ts';
import type { Regime } from './regime/regime.ts';
import type { ReplayedEvent, ReplayRequest, ReportingPipeline } from './service/reporting-pipeline.ts';
import type { Submitter } from './submit/submitter.ts';

export interface ReporterParts {
  readonly store: ObjectStore;
  /** core/stream/object-names.ts writerName(): one a process start. */
  readonly instance: string;
  readonly time: Time;
  readonly regimes: readonly Regime[];
  readonly readers: Pick<EventReaders, 'readReceived'>;
  readonly references: ReferenceRows;
  /** Closed with the reporter. */
  readonly submitter: Submitter;
  readonly limits?: Partial<PipelineLimits>;
  readonly referenceLimits?: Partial<ReferenceLimits>;
  readonly heartbeatSeconds?: number;
  readonly ledger?: Pick<LedgerOptions, 'anchorSeconds' | 'gatherMs' | 'limits'>;
  readonly observe?: (sign: PipelineSign) => void;
  /** The ledger cannot be written any more: the process has to end. */
  readonly onFailure?: (error: MarketsError) => void;
}

export interface ReplayedReports extends ReplayedEvent {
  readonly reports: ReportEnds;
}

export interface Reporter extends ReportingPipeline {
  readonly ledger: Ledger;
  readonly reference: ReferenceCache;
  readonly pipeline: ReportPipeline;
  accept(arrival: Arrival): Promise<Acceptance>;
  refresh(): Promise<ReferenceState>;
  /** Resolves when each has its end. */
  replay(request: ReplayRequest): Promise<readonly ReplayedReports[]>;
  /** Ends what can be ended within that time; the rest is left to other instances. Safe to call again. */
  close(withinMs: number): Promise<void>;
}

/** How long it is believed that an instance lives or not. */
const BELIEVED_MS = 1000;

/** Resolves when the ledger is open and reference data were tried to be loaded once. */
export async function openReporter(parts: ReporterParts): Promise<Reporter> {
  const { store, time, instance, submitter, readers } = parts;
  const reference = new ReferenceCache(parts.references, { ...REFERENCE_LIMITS, ...parts.referenceLimits }, time);
  const ledger = await openLedger({
    ...{ store, instance, time, ...parts.ledger },
    ...(parts.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: parts.heartbeatSeconds }),
    ...(parts.onFailure === undefined ? {} : { onFailure: parts.onFailure }),
  });
  const pipeline = new ReportPipeline({
    ...{ regimes: parts.regimes, reference, ledger, steps: createTradeSteps(store), submitter, store, time },
    limits: { ...PIPELINE_LIMITS, ...parts.limits },
    isDead: believed(time, async (other) => await isDead(store, other)),
    adoptUnfinished: async (take) => {
      await adoptUnfinished({ store, ledger, time }, take);
    },
    readReceived: (received, receivedAt) => readers.readReceived(received, receivedAt),
    observe: parts.observe ?? (() => undefined),
  });
  await reference.refresh();
  const stopping = new AbortController();
  const refreshing = keepRefreshed(reference, parts, stopping.signal);
  pipeline.start();
  let closing: Promise<void> | null = null;
  return {
    ...{ ledger, reference, pipeline },
    accept: async (arrival) => await pipeline.accept(arrival),
    refresh: async () => await reference.refresh(),
    replay: async (request) => await replayAll(parts, pipeline, request),
    async close(withinMs) {
      closing ??= (async () => {
        stopping.abort();
        await pipeline.drain(withinMs);
        await submitter.close();
        await refreshing;
        await ledger.close();
      })();
      await closing;
    },
  };
}

async function keepRefreshed(reference: ReferenceCache, { referenceLimits, time }: ReporterParts, signal: AbortSignal): Promise<void> {
  const { refreshMs, retryMs } = { ...REFERENCE_LIMITS, ...referenceLimits };
  await time.wait(reference.state().failing === null ? refreshMs : retryMs, signal);
  await reference.run(signal);
}

function believed(time: Time, ask: (instance: string) => Promise<boolean>): (instance: string) => Promise<boolean> {
  const answers = new Map<string, { readonly untilMs: number; readonly answer: Promise<boolean> }>();
  return async (instance) => {
    const known = answers.get(instance);
    if (known !== undefined && known.untilMs > time.monotonicMs()) return await known.answer;
    const answer = ask(instance);
    answers.set(instance, { untilMs: time.monotonicMs() + BELIEVED_MS, answer });
    try {
      return await answer;
    } catch (error) {
      answers.delete(instance);
      throw error;
    }
  };
}

async function replayAll(
  parts: ReporterParts,
  pipeline: ReportPipeline,
  { eventIds, by, why }: ReplayRequest,
): Promise<readonly ReplayedReports[]> {
  const contents = new Map<string, (TradeEvent | null)[]>();
  for await (const { eventId, received, receivedAt } of findAllReceived(parts.store, new Set(eventIds))) {
    contents.set(eventId, [...(contents.get(eventId) ?? []), parts.readers.readReceived(received, receivedAt)]);
  }
  return await Promise.all(
    eventIds.map(async (eventId) => {
      const events = contents.get(eventId);
      if (events === undefined) return { eventId, outcome: 'unknown', reports: [] };
      const told: ReplayedReports[] = [];
      // One after the other: of several contents under one version only one can stand.
      for (const event of events) told.push(replayed(eventId, event === null ? null : await pipeline.replay(event, by, why)));
      return told.find(({ outcome }) => outcome === 'replayed') ?? (told[0] as ReplayedReports);
    }),
  );
}

function replayed(eventId: string, ends: ReportEnds | null): ReplayedReports {
  const isBegun = ends?.some(({ end }) => end !== 'duplicate' && end !== 'conflict') ?? false;
  return { eventId, outcome: isBegun ? 'replayed' : 'not_open', reports: ends ?? [] };
}
