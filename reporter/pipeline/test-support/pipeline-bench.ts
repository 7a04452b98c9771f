/** Pipelines over one store and one regulator, as instances of one service; an instance can be killed: whatever it does from then on never happens. */
import { createHash } from 'node:crypto';
import { createMemoryObjectStore } from '../../../core/adapters/memory-object-store.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { REPORTING_COLUMNS } from '../../event/reporting-columns.ts';
import { eventId, type TradeEvent, type TradeStatus } from '../../event/trade-event.ts';
import type { LedgerData, LedgerKind } from '../../ledger/entry.ts';
import type { NewEntry } from '../../ledger/ledger.ts';
import { createTradeSteps } from '../../ledger/stored-trade-steps.ts';
import type { MissingReference, ReferenceVersion } from '../../reference/reference-view.ts';
import { referenceVersion } from '../../reference/reference-version.ts';
import type { Regime, ReportRequest } from '../../regime/regime.ts';
import type { Arrival } from '../arrival.ts';
import { PIPELINE_LIMITS, type PipelineLimits } from '../pipeline-limits.ts';
import type { PipelineSign, Unfinished } from '../pipeline-parts.ts';
import { ReportPipeline } from '../report-pipeline.ts';
import { ScriptedRegulator } from './scripted-regulator.ts';
import { VirtualTime } from './virtual-time.ts';

export interface TestTrade {
  readonly version?: number;
  readonly status?: TradeStatus;
  readonly price?: string;
  readonly venue?: string;
  readonly counterparty?: string;
  readonly trade?: string;
}

export function testEvent(trade: TestTrade = {}): TradeEvent {
  const { version = 1, status = 'NEW', price = '10', venue = 'XETR', counterparty = 'C1' } = trade;
  const cells: Readonly<Record<string, unknown>> = {
    price: BigInt(price),
    venue,
    counterparty_id: counterparty,
    version: BigInt(version),
    status,
  };
  const tradeId = createHash('md5')
    .update(trade.trade ?? 't1')
    .digest('hex');
  const base = { tradeId, version: BigInt(version), status };
  return {
    ...base,
    eventId: eventId(base),
    source: 'trade_events',
    specVersion: 'v',
    sourceTradeId: trade.trade ?? 't1',
    tradeTimeUs: BigInt(Date.parse('2026-03-02T07:59:00Z')) * 1000n,
    row: REPORTING_COLUMNS.map(({ name }) => (cells[name] ?? null) as string | null),
    contentSha256: createHash('sha256').update(JSON.stringify(trade)).digest('hex'),
    receivedAt: '2026-03-02T08:00:00.000000Z',
  };
}

/** The message is the trade itself, so that it can be read back from the ledger. */
export function arrivalOf(trade: TestTrade = {}): Arrival {
  return { event: testEvent(trade), message: Buffer.from(JSON.stringify(trade)), form: 'raw', via: 'events' };
}

const cell = (event: TradeEvent, column: string): unknown => event.row[REPORTING_COLUMNS.findIndex(({ name }) => name === column)];

/** Reports everything traded on XETR; a price below zero breaks its rule. */
export function testRegime(name: string, shortCode: string, others: Partial<Regime> = {}): Regime {
  const build = ({ event, reference, action, trn }: ReportRequest): ReturnType<Regime['build']> => {
    const price = cell(event, 'price') as bigint;
    if (action === 'NEWT' && price < 0n) return { findings: [{ code: 'PRICE', field: '33', expected: '', message: '' }] };
    const bytes = Buffer.from(JSON.stringify({ trn, action, price: String(price), who: reference.counterparty?.hash ?? null }));
    return { report: { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), contentType: 'application/json' } };
  };
  return {
    name,
    title: name,
    regimeVersion: createHash('sha256').update(name).digest('hex'),
    text: `name: ${name}`,
    appliesTo: (source) => source === 'trade_events',
    replies: { duplicateCodes: [], pendingCodes: [] },
    shortCode,
    destination: 'arm',
    amendments: 'cancel_then_new',
    needs: ['counterparty'],
    eligible: (event) => (cell(event, 'venue') === 'XETR' ? { eligible: true } : { eligible: false, reason: 'venue' }),
    dueAtUs: (tradeTimeUs) => tradeTimeUs + 900_000_000n,
    build,
    ...others,
  };
}

export interface Instance {
  readonly name: string;
  readonly pipeline: ReportPipeline;
  readonly signs: PipelineSign[];
  kill(): void;
}

interface Ledgered {
  readonly instance: string;
  readonly entry: NewEntry;
}

export class PipelineBench {
  readonly time = new VirtualTime();
  readonly store: ObjectStore = createMemoryObjectStore({ clockMs: () => this.time.nowMs() });
  readonly regulator = new ScriptedRegulator();
  readonly entries: Ledgered[] = [];
  /** Counterparties that the reference data have. */
  readonly known = new Set(['C1']);
  readonly dead = new Set<string>();
  /** Called before and behind each write of an instance: may kill it, or let it wait. */
  onWrite: (instance: string) => void | Promise<void> = () => undefined;
  private readonly refreshed = new Set<() => void>();
  private readonly regimes: readonly Regime[];
  private readonly adopted = new Set<string>();

  constructor(regimes: readonly Regime[] = [testRegime('rts22', 'R22')]) {
    this.regimes = regimes;
  }

  refresh(): void {
    for (const listener of this.refreshed) listener();
  }

  open(name: string, limits: Partial<PipelineLimits> = {}): Instance {
    const signs: PipelineSign[] = [];
    const alive = async (): Promise<void> => {
      await this.onWrite(name);
      // A killed process never goes on.
      if (this.dead.has(name)) await new Promise<never>(() => undefined);
    };
    const writing: ObjectStore = {
      ...this.store,
      write: async (...write) => {
        await alive();
        const written = await this.store.write(...write);
        await alive();
        return written;
      },
    };
    const pipeline = new ReportPipeline({
      regimes: this.regimes,
      reference: { view: async (event) => await Promise.resolve(this.view(event.row)), onRefresh: (listener) => this.listen(listener) },
      ledger: {
        instance: name,
        append: async (entry) => {
          await alive();
          this.entries.push({ instance: name, entry });
          await alive();
          return { seq: this.entries.length, hash: '' };
        },
      },
      steps: createTradeSteps(writing),
      submitter: {
        inquire: async (submission) => await this.regulator.inquire(submission),
        replies: async (destination, after) => await this.regulator.replies(destination, after),
        close: async () => await this.regulator.close(),
        submit: async (submission, told) => {
          await alive();
          const outcome = await this.regulator.submit(submission, told);
          await alive();
          return outcome;
        },
      },
      store: writing,
      time: this.time,
      limits: { ...PIPELINE_LIMITS, ...limits },
      isDead: async (instance) => await Promise.resolve(this.dead.has(instance)),
      adoptUnfinished: async (take) => await this.adoptUnfinished(name, take),
      readReceived: ({ message }) => testEvent(JSON.parse(Buffer.from(message, 'base64').toString()) as TestTrade),
      observe: (sign) => signs.push(sign),
    });
    pipeline.start();
    return { name, pipeline, signs, kill: () => this.dead.add(name) };
  }

  kinds(trade?: TestTrade): readonly LedgerKind[] {
    const wanted = trade === undefined ? null : testEvent(trade).eventId;
    return this.entries.filter(({ entry }) => wanted === null || entry.eventId === wanted).map(({ entry }) => entry.kind);
  }

  data<K extends LedgerKind>(kind: K): readonly LedgerData[K][] {
    return this.entries.filter(({ entry }) => entry.kind === kind).map(({ entry }) => entry.data as LedgerData[K]);
  }

  /** Events that an instance has taken and not finished, and that no other has taken on from it. */
  unfinished(): readonly string[] {
    return [...new Set(this.entries.map(({ instance }) => instance))].flatMap((instance) =>
      this.adopted.has(instance) ? [] : [...this.openOf(instance)],
    );
  }

  private openOf(name: string): ReadonlySet<string> {
    const open = new Set<string>();
    for (const { instance, entry } of this.entries) {
      if (instance !== name || entry.eventId === null) continue;
      if (entry.kind === 'received' || entry.kind === 'adopted') open.add(entry.eventId);
      if (entry.kind === 'finished') open.delete(entry.eventId);
    }
    return open;
  }

  private async adoptUnfinished(by: string, take: (unfinished: Unfinished) => Promise<void>): Promise<void> {
    for (const from of this.dead) {
      if (this.dead.has(by)) return;
      if (this.adopted.has(from)) continue;
      this.adopted.add(from);
      const open = this.openOf(from);
      for (const id of open) this.entries.push({ instance: by, entry: { kind: 'adopted', eventId: id, reportId: null, data: { from } } });
      for (const id of open) {
        const received = this.entries.find(({ entry }) => entry.kind === 'received' && entry.eventId === id)?.entry.data;
        await take({ eventId: id, from, received: received as LedgerData['received'], receivedAt: '' });
      }
    }
  }

  private listen(listener: () => void): () => void {
    this.refreshed.add(listener);
    return () => this.refreshed.delete(listener);
  }

  private view(
    row: TradeEvent['row'],
  ): { view: Record<'counterparty' | 'trader' | 'instrument' | 'book', ReferenceVersion | null> } | { missing: MissingReference[] } {
    const key = row[REPORTING_COLUMNS.findIndex(({ name }) => name === 'counterparty_id')] as string;
    if (!this.known.has(key)) return { missing: [{ kind: 'counterparty', key }] };
    return {
      view: { counterparty: referenceVersion('counterparty', key, 0n, [key, `Name ${key}`]), trader: null, instrument: null, book: null },
    };
  }
}
