/** One report on its way: tries with pauses between them, and asking where a try left doubt. */
import { idempotencyKey } from '../regime/trn.ts';
import { judgeInquired, judgeSubmitted, type Judgement } from './judge-answer.ts';
import type { OpenDestination, TimedAnswer, Withheld } from './open-destination.ts';
import type { ReplyReader } from './reply-reader.ts';
import { pauseBeforeTry, TRIES_MAX } from './retry-pauses.ts';
import { digestHeader } from './submission-digest.ts';
import type { SubmitObservation } from './submit-observation.ts';
import type { Time } from '../../core/time/time.ts';
import { OTHER_BYTES, type Answered, type Outcome, type Submission } from './submitter.ts';

export interface SubmitContext {
  readonly word: string;
  readonly destination: OpenDestination;
  readonly readReply: ReplyReader;
  readonly time: Time;
  readonly random: () => number;
  readonly observe: (observation: SubmitObservation) => void;
  readonly signal: AbortSignal;
}

type Told = (number: number, outcome: Outcome | null) => Promise<void>;
type Found = Outcome | { readonly state: 'unknown' };

/** What a slot of the loop came to. Withheld: no try was made. */
interface Sent {
  readonly outcome: Outcome;
  readonly withheld: Withheld['withheld'] | null;
}

const ANSWER_TYPES = 'application/xml, application/json';

/** See Submitter.submit(). */
export async function submitReport(context: SubmitContext, submission: Submission, told: Told): Promise<Outcome> {
  // The ambiguous outcome of a try that asking has not settled: it outlives tries that were surely unsent.
  let doubt: Outcome | null = null;
  let maySend = true;
  let tries = 0;
  let last: Outcome = { state: 'unsent', reason: 'closing', retryAfterMs: null };
  for (let slot = 1; slot <= TRIES_MAX && !context.signal.aborted; slot++) {
    if (maySend) {
      const { outcome, withheld }: Sent = await sendOnce(context, submission, tries + 1, told);
      last = outcome;
      if (isAnswered(outcome)) return outcome;
      // Whoever calls has something better to do than to wait here.
      if (withheld !== null && withheld !== 'no_token') break;
      if (withheld === null) tries += 1;
      if (outcome.state === 'ambiguous') doubt = outcome;
    }
    if (doubt !== null) {
      const found = await inquireOnce(context, submission);
      if (isAnswered(found)) return found;
      // The same bytes may go again under the same key. The doubt stays: the first ones may still be on their way.
      maySend = found.state === 'unknown';
    }
    if (slot < TRIES_MAX) await context.time.wait(pauseBeforeTry(slot, context.random(), wishOf(last)), context.signal);
  }
  return doubt ?? last;
}

/** One question about a report. Ambiguous where there is no answer that can be relied on. */
export async function inquireOnce(context: SubmitContext, submission: Submission): Promise<Found> {
  const { destination } = context;
  const { trn, action } = submission;
  const url = destination.address(`transactions/${encodeURIComponent(trn)}`, { action });
  const called = await destination.call({ method: 'GET', url, headers: { accept: ANSWER_TYPES }, body: null });
  if ('withheld' in called) return { state: 'ambiguous', reason: `inquiry_${called.withheld}` };
  const found = judgeInquired(submission, called.answer, judgementOf(context));
  observeCall(context, submission, 'inquire', found, called);
  return found;
}

async function sendOnce(context: SubmitContext, submission: Submission, number: number, told: Told): Promise<Sent> {
  const { destination } = context;
  const call = {
    method: 'POST',
    url: destination.address('transactions'),
    headers: headersOf(submission),
    body: submission.bytes,
  } as const;
  const called = await destination.call(call, async () => await told(number, null));
  if ('withheld' in called) {
    return { outcome: { state: 'unsent', reason: called.withheld, retryAfterMs: called.afterMs }, withheld: called.withheld };
  }
  const outcome = judgeSubmitted(submission, called.answer, judgementOf(context));
  observeCall(context, submission, 'submit', outcome, called);
  await told(number, outcome);
  return { outcome, withheld: null };
}

function headersOf({ trn, action, sha256, contentType }: Submission): Record<string, string> {
  return {
    accept: ANSWER_TYPES,
    'content-type': contentType,
    'content-digest': digestHeader(sha256),
    'idempotency-key': idempotencyKey(trn, action),
  };
}

function judgementOf({ readReply, time, destination }: SubmitContext): Judgement {
  const { limits, duplicate_codes: duplicateCodes } = destination.settings;
  return { readReply, nowMs: time.nowMs(), retryAfterMaxMs: limits.retry_after_seconds_max * 1000, duplicateCodes };
}

function isAnswered(outcome: Found): outcome is Answered {
  return outcome.state === 'accepted' || outcome.state === 'rejected' || outcome.state === 'pending';
}

function wishOf(outcome: Outcome): number | null {
  return outcome.state === 'unsent' ? outcome.retryAfterMs : null;
}

function observeCall(
  context: SubmitContext,
  { trn, action }: Submission,
  call: 'submit' | 'inquire',
  found: Found,
  { latencyMs }: TimedAnswer,
): void {
  const { observe, word: destination } = context;
  const reason = 'reason' in found ? found.reason : null;
  observe({ kind: 'call', destination, call, result: found.state, reason, latencyMs });
  if (found.state === 'rejected' && found.codes.includes(OTHER_BYTES))
    observe({ kind: 'finding', destination, code: OTHER_BYTES, trn, action });
}
