/**
 * The way of one report: judged, enriched, decided, built, claimed, sent, ended. Each turn begins with what the store says of the trade, so that a turn which
 * is cut off anywhere is taken on by another, here or in another process, and nothing is reported twice.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { PlacedStep, TradeStep } from '../ledger/trade-steps.ts';
import type { ReferenceView } from '../reference/reference-view.ts';
import type { ReportFinding } from '../regime/regime.ts';
import { decide, type Next, type Wanted } from './decide.ts';
import { NOTHING_SEEN, StepMaker } from './make-step.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { PrioritySlots } from './priority-slots.ts';
import { ReportEntries } from './report-entries.ts';
import type { ReportEnd, ReportTask } from './report-task.ts';
import { noteEnd, StepSender, type Sent } from './send-step.ts';
import { TradeLanes } from './trade-lanes.ts';
import type { WaitingRoom, WaitReason } from './waiting-room.ts';

type Turn =
  | { readonly end: ReportEnd }
  | { readonly wait: WaitReason; readonly ms: number | null }
  | { readonly send: TradeStep; readonly mayBeSent: boolean; readonly judged: Judged }
  | 'again';

/** A turn that goes on and on would be a fault of ours: so many looks at the store without an end or a wait. */
const LOOKS_MAX = 50;
const DOUBLINGS_MAX = 20;

export class ReportWork {
  readonly judging: PrioritySlots;
  readonly sending: PrioritySlots;
  private readonly parts: PipelineParts;
  private readonly room: WaitingRoom;
  private readonly maker: StepMaker;
  private readonly sender: StepSender;
  private readonly lanes = new TradeLanes();

  constructor(parts: PipelineParts, room: WaitingRoom) {
    this.parts = parts;
    this.room = room;
    this.judging = new PrioritySlots(parts.limits.judgedAtOnce);
    this.sending = new PrioritySlots(parts.limits.sentAtOnce);
    this.maker = new StepMaker(parts);
    this.sender = new StepSender(parts, this.sending);
  }

  /** null when the pipeline ends before the report does. Throws what ends this instance: a ledger that cannot be written. */
  async run(task: ReportTask): Promise<ReportEnd | null> {
    const { ledger, time } = this.parts;
    const entries = new ReportEntries(ledger, time, task.event.eventId, task.reportId);
    for (;;) {
      task.phase = 'queued';
      const turn = await this.lanes.enter(task.lane, async () => await this.turn(task, entries));
      if ('end' in turn) {
        await entries.settled();
        this.room.wakeLane(task.lane);
        return turn.end;
      }
      task.phase = turn.wait;
      if (!(await this.room.wait(task.lane, turn.wait, this.pauseMs(task, turn.wait, turn.ms)))) return null;
    }
  }

  private async turn(task: ReportTask, entries: ReportEntries): Promise<Exclude<Turn, 'again' | { send: TradeStep }>> {
    task.phase = 'working';
    try {
      for (let look = 0; look < LOOKS_MAX; look += 1) {
        const plan = await this.judging.use(task.dueAtUs, async () => await this.plan(task, entries));
        if (plan === 'again') continue;
        if (!('send' in plan)) return plan;
        const sent = await this.sender.send(task, plan.send, entries, plan.mayBeSent);
        if ('ended' in sent) this.room.wakeLane(task.lane);
        const turn = afterSending(task, entries, plan, sent);
        if (turn !== 'again') return turn;
      }
      return { wait: 'waiting', ms: null };
    } catch (error) {
      return this.afterError(error, task, entries);
    }
  }

  private async plan(task: ReportTask, entries: ReportEntries): Promise<Turn> {
    const { event, regime } = task;
    const viewed = await this.parts.reference.view(event, regime.needs);
    // A cancellation says whose report is taken back and nothing else; it does not wait for data that only a report needs.
    if ('missing' in viewed && event.status !== 'CANCELLED') return await this.park(task, entries, viewed.missing);
    const view = 'view' in viewed ? viewed.view : NOTHING_SEEN;
    const judged = event.status === 'CANCELLED' ? ({ eligible: false, reason: 'cancelled' } as const) : regime.eligible(event, view);
    if (!judged.eligible && event.status === 'NEW' && !task.isAdopted) return this.notEligible(task, entries, judged.reason);
    const next = decide(await this.stepsOf(task), wantedOf(task, judged.eligible));
    if (next.do === 'claim' || next.do === 'mark') return await this.claim(task, entries, view, next, judged);
    return await this.follow(task, entries, next, judged);
  }

  private async claim(
    task: ReportTask,
    entries: ReportEntries,
    view: ReferenceView,
    next: Extract<Next, { do: 'claim' | 'mark' }>,
    judged: Judged,
  ): Promise<Turn> {
    const made = next.do === 'mark' ? { step: this.maker.mark(task, next.seq) } : this.maker.make(task, view, next, judged.eligible);
    if ('findings' in made) return invalid(task, entries, made.findings);
    const { step } = made;
    // Nothing is told of a step that another instance claimed meanwhile: its end may have been told by now, and what is told last stands.
    if (!(await this.maker.claim(task, view, step))) return 'again';
    task.again = false;
    if (next.do === 'mark') return 'again';
    noteAll(entries, step);
    return { send: step, mayBeSent: false, judged };
  }

  private async follow(
    task: ReportTask,
    entries: ReportEntries,
    next: Exclude<Next, { do: 'claim' | 'mark' }>,
    judged: Judged,
  ): Promise<Turn> {
    const regime = task.regime.name;
    switch (next.do) {
      case 'continue':
        return await this.continue(task, entries, next.step.step, judged);
      case 'wait':
        return { wait: 'waiting', ms: null };
      case 'nothing':
        return this.notEligible(task, entries, judged.eligible ? 'nothing_to_report' : judged.reason);
      case 'superseded':
        entries.note('superseded', { regime, by_version: next.byVersion });
        return { end: 'superseded' };
      case 'conflict':
        entries.note('conflict', { sha256: task.contentSha256, stands: next.stands });
        return { end: 'conflict' };
      case 'done':
        return done(task, entries, next.last, judged);
    }
  }

  private async continue(task: ReportTask, entries: ReportEntries, step: TradeStep, judged: Judged): Promise<Turn> {
    const isOwn = step.instance === this.parts.ledger.instance;
    if (!isOwn && !(await this.parts.isDead(step.instance))) return { wait: 'waiting', ms: null };
    if (step.payload === '') {
      await this.sender.end(step, entries, 'not_sent', []);
      return { end: 'not_eligible' };
    }
    // Whoever claimed it may not have come to write so.
    if (!isOwn && task.takenOnSeq !== step.seq) noteAll(entries, step);
    task.takenOnSeq = step.seq;
    const mayBeSent = !(isOwn && task.unsentSeq === step.seq);
    task.unsentSeq = null;
    return { send: step, mayBeSent, judged };
  }

  /** An event whose trade went on meanwhile waits for nothing. */
  private async park(
    task: ReportTask,
    entries: ReportEntries,
    missing: readonly { readonly kind: string; readonly key: string }[],
  ): Promise<Turn> {
    const next = decide(await this.stepsOf(task), wantedOf(task, true));
    if (next.do !== 'claim' && next.do !== 'mark') return await this.follow(task, entries, next, { eligible: true });
    const said = `parked ${missing.map(({ kind, key }) => `${kind} ${key}`).join(', ')}`;
    if (task.told !== said) entries.note('parked', { regime: task.regime.name, missing: missing.map(({ kind, key }) => ({ kind, key })) });
    task.told = said;
    return { wait: 'parked', ms: this.parts.limits.parkedMs };
  }

  private notEligible(task: ReportTask, entries: ReportEntries, reason: string): Turn {
    entries.note('not_eligible', { regime: task.regime.name, reason });
    return { end: 'not_eligible' };
  }

  private async stepsOf({ event, regime }: ReportTask): Promise<readonly PlacedStep[]> {
    return await this.parts.steps.read(event.tradeId, regime.name);
  }

  /** The store's troubles pass; the ledger's end this instance; what is wrong with one event is a dead letter. */
  private afterError(
    error: unknown,
    task: ReportTask,
    entries: ReportEntries,
  ): { readonly wait: WaitReason; readonly ms: null } | { readonly end: ReportEnd } {
    if (isMarketsError(error) && /^LEDGER_(CLOSED|FULL|FAILED)$/.test(error.code)) throw error;
    if (isMarketsError(error) && error.retryable) return { wait: 'store', ms: null };
    const code = isMarketsError(error) ? error.code : 'INTERNAL';
    entries.note('dead_lettered', { regime: task.regime.name, reason: 'error', code });
    return { end: 'dead_lettered' };
  }

  private pauseMs(task: ReportTask, reason: WaitReason, ms: number | null): number {
    const { waitFirstMs, waitMostMs } = this.parts.limits;
    task.waits = task.waitedFor === reason ? task.waits + 1 : 0;
    task.waitedFor = reason;
    return ms ?? Math.min(waitMostMs, waitFirstMs * 2 ** Math.min(task.waits, DOUBLINGS_MAX));
  }
}

type Judged = { readonly eligible: true } | { readonly eligible: false; readonly reason: string };

function wantedOf({ event, regime, contentSha256, again }: ReportTask, isReportable: boolean): Wanted {
  const { eventId, version, status } = event;
  return { eventId, version, status, contentSha256, isReportable, amendments: regime.amendments, again };
}

function afterSending(
  task: ReportTask,
  entries: ReportEntries,
  { send: { action }, judged }: Extract<Turn, { send: TradeStep }>,
  sent: Sent,
): Exclude<Turn, { send: TradeStep }> {
  if (!('ended' in sent)) return sent;
  if (sent.ended === 'rejected' || sent.ended === 'dead_lettered') return { end: sent.ended };
  if (action === 'NEWT' || task.event.status === 'CANCELLED') return { end: 'acknowledged' };
  // After the cancellation of an amendment comes its report; one that is not eligible any more is told so.
  if (judged.eligible) return 'again';
  entries.note('not_eligible', { regime: task.regime.name, reason: judged.reason });
  return { end: 'not_eligible' };
}

function invalid(task: ReportTask, entries: ReportEntries, findings: readonly ReportFinding[]): Turn {
  const regime = task.regime.name;
  entries.note('invalid', { regime, findings: findings.map(({ code, field }) => ({ code, field })) });
  entries.note('dead_lettered', { regime, reason: 'invalid', code: findings[0]?.code ?? 'invalid' });
  return { end: 'invalid' };
}

/** Whoever takes on another's work writes what that one may not have written; for the others it was told by whoever did it. */
function done(task: ReportTask, entries: ReportEntries, { step, end }: PlacedStep, judged: Judged): Turn {
  if (end === null || !(task.isAdopted || task.takenOnSeq === step.seq)) return { end: 'duplicate' };
  if (step.payload !== '') noteAll(entries, step);
  noteEnd(entries, step, end);
  if (step.action === 'CANC' && end.state === 'accepted' && !judged.eligible && task.event.status !== 'CANCELLED') {
    entries.note('not_eligible', { regime: task.regime.name, reason: judged.reason });
  }
  return { end: 'duplicate' };
}

/** Safe to write again. */
function noteAll(entries: ReportEntries, step: TradeStep): void {
  const { regime, seq, action, trn, due_at } = step;
  entries.note('enriched', { regime, references: [...step.references] });
  entries.note('validated', { regime, action, payload_sha256: step.payload_sha256 });
  entries.note('claimed', { regime, step: seq, action, trn, due_at });
}
