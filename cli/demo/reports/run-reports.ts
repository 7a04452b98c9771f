/**
 * Lane 3: trades of the bank itself are reported to simulated regulators, with the reference data of the week's warehouse, as they happen; pauses between
 * tries are short. In the root of the streams, where they are reconciled with what comes over lane 2.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Value } from '@sinclair/typebox/value';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { createEnvironmentSecrets } from '../../../core/adapters/secrets/environment-secrets.ts';
import { MarketsError } from '../../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../../core/ports/warehouse-reader.ts';
import type { OwedJudge } from '../../../orchestrator/index.ts';
import { requireSpecs } from '../../../core/spec/load-specs.ts';
import { momentOf, type Time } from '../../../core/time/time.ts';
import { SYSTEM_TIME } from '../../../core/time/system-time.ts';
import { loadReporterConfig } from '../../../reporter/config/load-reporter-config.ts';
import { createEventReaders, type EventReaders } from '../../../reporter/event/event-readers.ts';
import { readState } from '../../../reporter/ledger/read-state.ts';
import type { Regime } from '../../../reporter/regime/regime.ts';
import { openReporter, type Reporter } from '../../../reporter/open-reporter.ts';
import { warehouseReferences } from '../../../reporter/reference/warehouse-references.ts';
import { readReply } from '../../../reporter/replies/read-reply.ts';
import { startRegulator, type RunningRegulator } from '../../../reporter/simulator/start-regulator.ts';
import { createSubmitter } from '../../../reporter/submit/create-submitter.ts';
import { DESTINATION_SCHEMA, type Destination } from '../../../reporter/submit/destination.ts';
import { configuredRegimes } from '../../reporter/reported-sources.ts';
import { openOwedJudge } from '../../reporter/open-owed-judge.ts';
import { newWriter } from '../../streaming/new-writer.ts';
import { ownTrade, UNKNOWN_ISIN, type OwnTrade } from './own-trades.ts';

const SOURCE = 'trade_events';
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Pauses are so many times shorter than in earnest. */
const FASTER = 100;
const SETTLE_MS_MAX = 60_000;
const LOOK_MS = 10;
/** More than the demo makes. */
const CALLS_MAX = 10_000;

export interface DemoReport {
  readonly story: string;
  readonly version: string;
  readonly regime: string;
  readonly state: string;
  readonly due_at: string | null;
  readonly accepted_at: string | null;
  readonly is_late: boolean;
  readonly codes: readonly string[];
}

export interface ReportsOutcome {
  readonly reports: readonly DemoReport[];
  /** What the replay of the dead letter came to. */
  readonly replayed: string;
  /** Entries of the ledger. */
  readonly entries: number;
  readonly accepted_by_regulators: number;
}

export interface ReportsOptions {
  /** Where the ledger and the reports lie. */
  readonly rootFolder: string;
  readonly specsFolder: string;
  readonly home: string;
  /** The week's warehouse. */
  readonly openWarehouse: () => Promise<WarehouseReader>;
}

export interface ReportedTrades {
  readonly outcome: ReportsOutcome;
  /** The trades' messages in the order in which they were told. */
  readonly messages: readonly Buffer[];
  /** What such trades owe, for the lane that reconciles. */
  readonly openOwedJudge: () => Promise<OwedJudge>;
}

export async function runReports(options: ReportsOptions): Promise<ReportedTrades> {
  const store = createFolderObjectStore(options.rootFolder);
  const time = demoTime();
  const rules = { nowMs: () => time.nowMs(), instruments: { unknown: new Set([UNKNOWN_ISIN]), pending: new Set<string>() } };
  const regulators = { arm: await startRegulator(rules), apa: await startRegulator(rules) };
  const { reporter, readers, regimes } = await open(options, store, time, regulators);
  try {
    const day = new Afternoon(reporter, readers, time);
    const now = (): string => momentOf(time.nowMs() - SECOND_MS);
    await day.tell(ownTrade('on time', 'OWN-1', now()));
    await day.tell(ownTrade('on time', 'OWN-2', now(), { quantity: '250', venue: 'XETR' }));
    await day.tell(ownTrade('on time', 'OWN-3', now(), { quantity: '40', price: '101.4' }));
    const at = now();
    const wrong = { isin: UNKNOWN_ISIN, venue: 'XETR' };
    await day.tell(ownTrade('rejected', 'OWN-4', at, wrong));
    await day.tell(ownTrade('corrected', 'OWN-4', at, { venue: 'XETR', version: '2', status: 'AMENDED' }));
    await day.tell(ownTrade('late', 'OWN-5', momentOf(time.nowMs() - 10 * MINUTE_MS)));
    // Nobody answers for a while; then the same place answers again.
    const port = Number(new URL(regulators.apa.url).port);
    await regulators.apa.close();
    const before = regulators.apa.regulator.summary().accepted;
    const lost = await day.tell(ownTrade('replayed', 'OWN-6', now(), { quantity: '75' }));
    regulators.apa = await startRegulator({ ...rules, port });
    const [replay] = await reporter.replay({ eventIds: [lost], by: 'demo', why: 'the publication arrangement answers again' });
    await reporter.close(SETTLE_MS_MAX);
    const accepted = before + regulators.apa.regulator.summary().accepted + regulators.arm.regulator.summary().accepted;
    const ends = replay?.reports.map(({ end }) => end) ?? [];
    const replayed = ends.find((end) => end === 'acknowledged') ?? 'not accepted';
    return {
      outcome: { ...(await day.reports(store)), replayed, accepted_by_regulators: accepted },
      messages: day.messages,
      openOwedJudge: async () => await openOwedJudge(regimes, [SOURCE], options.openWarehouse),
    };
  } finally {
    await reporter.close(0);
    await Promise.all([regulators.arm.close(), regulators.apa.close()]);
  }
}

/** Takes the trades to the reporter one after the other, and remembers which event is which. */
class Afternoon {
  readonly messages: Buffer[] = [];
  private readonly stories = new Map<string, { readonly story: string; readonly version: string }>();
  private readonly reporter: Reporter;
  private readonly readers: EventReaders;
  private readonly time: Time;

  constructor(reporter: Reporter, readers: EventReaders, time: Time) {
    this.reporter = reporter;
    this.readers = readers;
    this.time = time;
  }

  /** The event_id, when every report of it has its end. */
  async tell({ story, message }: OwnTrade): Promise<string> {
    const reading = this.readers.of(SOURCE)?.read(message, 'raw', momentOf(this.time.nowMs()));
    if (reading === undefined || !('event' in reading)) throw new MarketsError('INTERNAL', 'A trade of the demo is none of its source.');
    const { event } = reading;
    this.stories.set(event.eventId, { story, version: `${event.sourceTradeId} v${event.version}` });
    this.messages.push(message);
    await this.reporter.accept({ event, message, form: 'raw', via: 'events' });
    const until = performance.now() + SETTLE_MS_MAX;
    while (this.reporter.pipeline.state().events > 0 && performance.now() < until) await sleep(LOOK_MS);
    return event.eventId;
  }

  async reports(store: ObjectStore): Promise<{ readonly reports: readonly DemoReport[]; readonly entries: number }> {
    const state = await readState(store);
    try {
      const found = [...state.reports()].filter((report) => report.state !== 'not_eligible');
      const order = [...this.stories.keys()];
      const reports = found
        .toSorted((left, right) => order.indexOf(left.event_id) - order.indexOf(right.event_id))
        .map(({ event_id: id, regime, state: standing, due_at, accepted_at, codes }) => {
          const { story = '', version = '' } = this.stories.get(id) ?? {};
          const isLate = due_at !== null && accepted_at !== null && accepted_at > due_at;
          return { story, version, regime, state: standing, due_at, accepted_at, is_late: isLate, codes };
        });
      return { reports, entries: state.entries };
    } finally {
      state.close();
    }
  }
}

async function open(
  { specsFolder, home, openWarehouse }: ReportsOptions,
  store: ObjectStore,
  time: Time,
  { arm, apa }: { readonly arm: RunningRegulator; readonly apa: RunningRegulator },
): Promise<{ readonly reporter: Reporter; readonly readers: EventReaders; readonly regimes: readonly Regime[] }> {
  const specs = await requireSpecs(specsFolder);
  const config = await loadReporterConfig(join(home, 'config'), 'local');
  const regimes = await configuredRegimes(config, home, specs);
  const readers = createEventReaders(specs, [SOURCE], momentOf(time.nowMs()));
  const destinations = { arm: destinationOf(arm), apa: destinationOf(apa), trace: destinationOf(arm) };
  const secrets = createEnvironmentSecrets(() => undefined);
  const submitter = await createSubmitter({
    destinations,
    secrets,
    readReply,
    time,
    random: () => 0.5,
    observe: () => undefined,
    store,
  });
  const instance = newWriter();
  const reporter = await openReporter({
    store,
    instance,
    time,
    regimes,
    readers,
    references: warehouseReferences(openWarehouse),
    submitter,
  });
  return { reporter, readers, regimes };
}

function destinationOf({ url }: RunningRegulator): Destination {
  // Pauses are so short that a breaker would open on polls alone; the demo shows tries that are used up.
  const breaker = { window_calls: CALLS_MAX, calls_min: CALLS_MAX };
  return Value.Default(DESTINATION_SCHEMA, { url, breaker }) as Destination;
}

function demoTime(): Time {
  return {
    ...SYSTEM_TIME,
    wait: async (milliseconds, signal) => await SYSTEM_TIME.wait(milliseconds / FASTER, signal),
  };
}
