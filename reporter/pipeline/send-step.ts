/** Brings a step to the regulator and its end to the store: sends it, or asks what came of it where it may have been sent before. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { momentOf } from '../../core/time/time.ts';
import type { StepEnd, TradeStep } from '../ledger/trade-steps.ts';
import type { Outcome, Submission } from '../submit/submitter.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import type { PrioritySlots } from './priority-slots.ts';
import type { ReportEntries } from './report-entries.ts';
import type { ReportTask } from './report-task.ts';
import type { WaitReason } from './waiting-room.ts';

export type Sent = { readonly ended: StepEnd['state'] } | { readonly wait: WaitReason; readonly ms: number | null };

/** Reasons for which nothing was sent, and which pass: the report keeps its place. */
const PASSING = new Set(['breaker_open', 'too_many_waiting', 'no_token', 'closing']);

export class StepSender {
  private readonly parts: PipelineParts;
  private readonly slots: PrioritySlots;

  constructor(parts: PipelineParts, slots: PrioritySlots) {
    this.parts = parts;
    this.slots = slots;
  }

  /** `mayBeSent`: by this or another process, before. Idempotent by TRN and action. */
  async send(task: ReportTask, step: TradeStep, entries: ReportEntries, mayBeSent: boolean): Promise<Sent> {
    const submission = submissionOf(task, step);
    const { submitter } = this.parts;
    if (mayBeSent) {
      const found = await this.slots.use(task.dueAtUs, async () => await submitter.inquire(submission));
      if (found.state !== 'unknown') return await this.settle(task, step, entries, found, true);
    }
    const outcome = await this.slots.use(
      task.dueAtUs,
      async () => await submitter.submit(submission, async (number, told) => await noteTry(entries, step, number, told)),
    );
    return await this.settle(task, step, entries, outcome, false);
  }

  private async settle(task: ReportTask, step: TradeStep, entries: ReportEntries, outcome: Outcome, isAsked: boolean): Promise<Sent> {
    const place = { step: step.seq, action: step.action };
    switch (outcome.state) {
      case 'accepted':
      case 'rejected':
        return await this.end(step, entries, outcome.state, outcome.codes);
      case 'pending': {
        const said = `pending ${outcome.codes.join(',')}`;
        if (task.told !== said) entries.note('pending', { ...place, codes: [...outcome.codes] });
        task.told = said;
        return { wait: 'pending', ms: null };
      }
      case 'ambiguous':
        return { wait: 'ambiguous', ms: null };
      case 'unsent': {
        if (isAsked) return { wait: 'ambiguous', ms: outcome.retryAfterMs };
        if (!PASSING.has(outcome.reason)) return await this.end(step, entries, 'dead_lettered', [outcome.reason]);
        task.unsentSeq = step.seq;
        return { wait: 'breaker', ms: outcome.retryAfterMs };
      }
    }
  }

  /** The end first, the entry after it: whoever finds an end without an entry writes the entry. The first end stands. */
  async end(step: TradeStep, entries: ReportEntries, state: StepEnd['state'], codes: readonly string[]): Promise<Sent> {
    const { ledger, steps, time } = this.parts;
    const end = { state, codes, instance: ledger.instance, at: momentOf(time.nowMs()) };
    try {
      await steps.end(step, end);
    } catch (error) {
      if (!isMarketsError(error, 'LEDGER_CONFLICT')) throw error;
      entries.note('contradicted', { step: step.seq, action: step.action, says: state, codes: [...codes] });
      const stands = (await steps.read(step.trade_id, step.regime))[step.seq - 1]?.end ?? end;
      noteEnd(entries, step, stands);
      return { ended: stands.state };
    }
    noteEnd(entries, step, end);
    return { ended: state };
  }
}

/** Safe to write again. */
export function noteEnd(entries: ReportEntries, step: TradeStep, { state, codes }: StepEnd): void {
  const place = { step: step.seq, action: step.action, codes: [...codes] };
  switch (state) {
    case 'accepted':
      entries.note('acknowledged', place);
      return;
    case 'rejected':
      entries.note('rejected', place);
      return;
    case 'dead_lettered':
      entries.note('dead_lettered', { regime: step.regime, reason: 'not sent within all tries', code: codes[0] ?? 'unsent' });
      return;
    case 'not_sent':
      entries.note('not_eligible', { regime: step.regime, reason: 'nothing_to_take_back' });
      return;
  }
}

export function submissionOf(task: Pick<ReportTask, 'regime'>, step: TradeStep): Submission {
  return {
    destination: task.regime.destination,
    trn: step.trn,
    action: step.action,
    bytes: Buffer.from(step.payload, 'utf8'),
    sha256: step.payload_sha256,
    contentType: step.content_type,
  };
}

/** Before a try the entry has to be durable; what came of it is told by whoever ends the step, but for doubt and failure. */
async function noteTry(entries: ReportEntries, step: TradeStep, number: number, outcome: Outcome | null): Promise<void> {
  const place = { step: step.seq, action: step.action, try: number };
  if (outcome === null) await entries.write('submitted', { ...place, sha256: step.payload_sha256 });
  else if (outcome.state === 'unsent' || outcome.state === 'ambiguous') entries.note(outcome.state, { ...place, reason: outcome.reason });
}
