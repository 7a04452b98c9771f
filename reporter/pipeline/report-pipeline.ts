/**
 * From an event to its reports: durable first, then every regime that looks at its source, each report for itself. Bounded in events; what is under way when
 * the process ends is taken on by another, from the ledger and the steps of trades.
 */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { contentHash } from '../event/content-hash.ts';
import type { TradeEvent } from '../event/trade-event.ts';
import type { LedgerData } from '../ledger/entry.ts';
import { within } from '../../core/time/within.ts';
import { printTimestamp } from '../../core/types/print-value.ts';
import type { Acceptance, Arrival } from './arrival.ts';
import { LateReplies } from './late-replies.ts';
import type { PipelineParts, Unfinished } from './pipeline-parts.ts';
import { pipelineState, type PipelineState } from './pipeline-state.ts';
import { ReportEntries } from './report-entries.ts';
import { createTask, type ReportEnd, type ReportTask } from './report-task.ts';
import { ReportWork } from './report-work.ts';
import { WaitingRoom } from './waiting-room.ts';

interface EventWork {
  /** Resolves when `received` is durable. */
  readonly durable: Promise<void>;
  /** How each report ended; null where this process ends first. */
  readonly ended: Promise<ReportEnds>;
}

export type ReportEnds = readonly { readonly regime: string; readonly end: ReportEnd | null }[];

interface Start {
  readonly event: TradeEvent;
  readonly contentSha256: string;
  readonly durable: Promise<void>;
  readonly isAdopted?: boolean;
  readonly again?: boolean;
}

export class ReportPipeline {
  private readonly parts: PipelineParts;
  private readonly room: WaitingRoom;
  private readonly work: ReportWork;
  private readonly replies: LateReplies;
  /** By event and content, and how many contents of an event are under way. */
  private readonly events = new Map<string, EventWork>();
  private readonly contents = new Map<string, number>();
  /** Events with a content that this process ends before: only while it drains. */
  private readonly leftToOthers = new Set<string>();
  private readonly tasks = new Set<ReportTask>();
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private isDraining = false;
  private failure: MarketsError | null = null;

  constructor(parts: PipelineParts) {
    this.parts = parts;
    this.room = new WaitingRoom(parts.time);
    this.work = new ReportWork(parts, this.room);
    this.replies = new LateReplies(parts, this.room);
  }

  /** Begins what it does by itself: adoption, late replies, alarms, and the waking of reports whose reference data came. */
  start(): void {
    const { limits, reference } = this.parts;
    const forget = reference.onRefresh(() => this.room.wakeAll('parked'));
    this.stopping.signal.addEventListener('abort', forget, { once: true });
    this.loops.push(this.every(limits.adoptMs, async () => await this.adopt()));
    this.loops.push(this.every(limits.repliesMs, async () => await this.replies.read(this.stopping.signal)));
    this.loops.push(
      this.every(limits.alarmMs, async () => {
        this.alarm();
        await Promise.resolve();
      }),
    );
  }

  /** Idempotent by event_id and content. Rejects with the ledger's failure: then this process has to end. */
  async accept(arrival: Arrival): Promise<Acceptance> {
    if (this.failure !== null) throw this.failure;
    if (this.isDraining) return 'draining';
    const { event } = arrival;
    const contentSha256 = contentHash(event);
    const known = this.events.get(keyOf(event, contentSha256));
    if (known !== undefined) {
      await known.durable;
      return 'received';
    }
    if (this.events.size >= this.parts.limits.eventsMax) return 'full';
    const startedMs = this.parts.time.monotonicMs();
    const durable = this.receive(arrival);
    // Another content under the same version is no other event: the steps of the trade say which of them stands.
    this.begin({ event, contentSha256, durable });
    try {
      await durable;
    } catch (error) {
      if (isMarketsError(error, 'LEDGER_FULL')) return 'full';
      if (isMarketsError(error, 'LEDGER_CLOSED')) return 'draining';
      throw error;
    }
    this.parts.observe({ kind: 'stage', regime: 'all', stage: 'durable', elapsedMs: this.parts.time.monotonicMs() - startedMs });
    return 'received';
  }

  /**
   * Begins what ended badly of an event once more, and resolves with how it ended; null where the event is under way here. The ledger says who wanted it
   * and why.
   */
  async replay(event: TradeEvent, by: string, why: string): Promise<ReportEnds | null> {
    if (this.contents.has(event.eventId) || this.isDraining) return null;
    const durable = new ReportEntries(this.parts.ledger, this.parts.time, event.eventId, null).write('replayed', { by, why });
    const ends = await this.begin({ event, contentSha256: contentHash(event), durable, again: true }).ended;
    for (const { regime, end } of ends) {
      if (end !== 'acknowledged') continue;
      await new ReportEntries(this.parts.ledger, this.parts.time, event.eventId, `${event.eventId}-${regime}`).write('resolved', {
        by,
        why,
      });
    }
    return ends;
  }

  state(): PipelineState {
    return pipelineState({
      events: this.events.size,
      tasks: this.tasks,
      room: this.room,
      work: this.work,
      replies: this.replies,
      isDraining: this.isDraining,
    });
  }

  /** Takes nothing more; ends what can end within the time. What waits is left to others. Then the ledger may be closed. */
  async drain(ms: number): Promise<void> {
    this.isDraining = true;
    this.stopping.abort();
    this.room.close();
    const ended = Promise.all([...this.events.values()].map(async ({ ended: each }) => await each.catch(() => undefined)));
    await within(ended, ms, this.parts.time);
    await within(Promise.all(this.loops), ms, this.parts.time);
  }

  private async receive({ event, message, form, via }: Arrival): Promise<void> {
    const data: LedgerData['received'] = {
      source: event.source,
      spec_version: event.specVersion,
      trade_id: event.tradeId,
      trade_version: String(event.version),
      status: event.status,
      trade_time: printTimestamp(event.tradeTimeUs),
      via,
      sha256: event.contentSha256,
      message: Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('base64'),
      form,
    };
    await this.parts.ledger.append({ kind: 'received', eventId: event.eventId, reportId: null, data });
  }

  private begin(start: Start): EventWork {
    const { eventId } = start.event;
    const key = keyOf(start.event, start.contentSha256);
    this.contents.set(eventId, (this.contents.get(eventId) ?? 0) + 1);
    const ended = this.runAll(start);
    const work = { durable: start.durable, ended };
    this.events.set(key, work);
    ended
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        if (this.events.get(key) === work) this.events.delete(key);
      })
      .catch(() => undefined);
    return work;
  }

  private async runAll(start: Start): Promise<ReportEnds> {
    const { eventId } = start.event;
    try {
      await start.durable;
      return await this.runReports(start);
    } finally {
      const left = (this.contents.get(eventId) ?? 1) - 1;
      if (left === 0) this.contents.delete(eventId);
      else this.contents.set(eventId, left);
    }
  }

  private async runReports({ event, contentSha256, isAdopted = false, again = false }: Start): Promise<ReportEnds> {
    const startedMs = this.parts.time.monotonicMs();
    const regimes = this.parts.regimes.filter((regime) => regime.appliesTo(event.source));
    const ends = await Promise.all(
      regimes.map(async (regime) => {
        const task = createTask({ event, regime, contentSha256, startedMs, isAdopted, again });
        return { regime: regime.name, end: await this.runTask(task) };
      }),
    );
    if (ends.some(({ end }) => end === null)) this.leftToOthers.add(event.eventId);
    // The last content that ends says so for the event, unless one of them is left for whoever takes on what this process does not end.
    else if ((this.contents.get(event.eventId) ?? 1) === 1 && !this.leftToOthers.has(event.eventId)) {
      await new ReportEntries(this.parts.ledger, this.parts.time, event.eventId, null).write('finished', {});
    }
    return ends;
  }

  private async runTask(task: ReportTask): Promise<ReportEnd | null> {
    this.tasks.add(task);
    try {
      const end = await this.work.run(task);
      const { time, observe } = this.parts;
      const isLate = BigInt(time.nowMs()) * 1000n > task.dueAtUs;
      const elapsedMs = time.monotonicMs() - task.startedMs;
      if (end !== null) observe({ kind: 'ended', regime: task.regime.name, state: end, isLate, elapsedMs });
      return end;
    } finally {
      this.tasks.delete(task);
    }
  }

  private async adopt(): Promise<void> {
    await this.parts.adoptUnfinished(async (unfinished) => await this.take(unfinished));
  }

  private async take({ eventId, received, receivedAt }: Unfinished): Promise<void> {
    if (this.isDraining) throw new MarketsError('LEDGER_CLOSED', 'This instance ends and adopts nothing more.');
    const event = this.parts.readReceived(received, receivedAt);
    if (event === null) {
      const entries = new ReportEntries(this.parts.ledger, this.parts.time, eventId, null);
      entries.note('dead_lettered', { regime: null, reason: 'unreadable', code: 'SPEC_CHANGED' });
      await entries.write('finished', {});
      return;
    }
    // Another delivery of it is under way here: it ends, and then what is left of this one is looked at.
    const contentSha256 = contentHash(event);
    const before = this.events.get(keyOf(event, contentSha256))?.ended.catch(() => undefined);
    this.begin({ event, contentSha256, durable: Promise.resolve(before).then(() => undefined), isAdopted: true });
  }

  private alarm(): void {
    const { limits, observe, time } = this.parts;
    const nowUs = BigInt(time.nowMs()) * 1000n;
    for (const task of this.tasks) {
      if (task.isAlarmed || task.dueAtUs - nowUs > limits.alarmUs) continue;
      task.isAlarmed = true;
      const secondsLeft = Number((task.dueAtUs - nowUs) / 1_000_000n);
      observe({ kind: 'deadline_near', regime: task.regime.name, reportId: task.reportId, secondsLeft, phase: task.phase });
    }
  }

  private async every(ms: number, act: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await act();
      } catch (error) {
        // Adoption and late replies are tried again; a ledger that failed ends this instance.
        if (isMarketsError(error, 'LEDGER_FAILED')) this.fail(error);
        else this.parts.observe({ kind: 'failed', code: isMarketsError(error) ? error.code : 'INTERNAL' });
      }
      await this.parts.time.wait(ms, signal);
    }
  }

  private fail(error: unknown): void {
    if (this.isDraining || (isMarketsError(error) && /^LEDGER_(FULL|CLOSED)$/.test(error.code))) return;
    const failure = isMarketsError(error) ? error : new MarketsError('INTERNAL', 'A report ended with an error of ours.', { cause: error });
    // A ledger that failed is the end of every report that is under way: it is told once.
    if (failure.code === 'LEDGER_FAILED' && this.failure?.code === 'LEDGER_FAILED') return;
    this.failure ??= failure;
    this.parts.observe({ kind: 'failed', code: failure.code });
  }
}

function keyOf({ eventId }: TradeEvent, contentSha256: string): string {
  return `${eventId} ${contentSha256}`;
}
