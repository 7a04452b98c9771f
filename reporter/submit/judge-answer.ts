/**
 * What an answer says of a submission. Pure. In doubt it is `ambiguous`: accepted only by the regulator's own word about these bytes, unsent only where it
 * says itself that it has taken nothing.
 */
import { readDigestHeader } from './submission-digest.ts';
import { isDuplicate, outcomeOf, replyTo, type ReplyReader } from './reply-reader.ts';
import { isBroken, type RegulatorAnswer } from './regulator-calls.ts';
import type { BrokenCall } from './connection-fault.ts';
import { OTHER_BYTES, type Outcome, type Submission } from './submitter.ts';
import { readRetryAfter } from './retry-pauses.ts';

export interface Judgement {
  readonly readReply: ReplyReader;
  readonly nowMs: number;
  readonly retryAfterMaxMs: number;
  readonly duplicateCodes: readonly string[];
}

const DUPLICATE_CODE = 'CON-023';
/** The request itself is refused, and would be again. */
const REFUSED_STATUS = new Set([400, 413, 415, 422]);
/** Who we are, or where we knock, is wrong: nothing of the kind is taken. */
const UNSENT_STATUS = new Set([401, 403, 404, 405, 407, 421, 501]);
const REPLY_CODE = /^[A-Z]{2,8}-[A-Z0-9-]{1,32}$/;

export function judgeSubmitted(submission: Submission, answer: RegulatorAnswer | BrokenCall, judgement: Judgement): Outcome {
  if (isBroken(answer)) return brokenOutcome(answer);
  const { status } = answer;
  if (status === 200 || status === 202) {
    const about = readDigestHeader(answer.header('submission-digest'));
    // An answer about other bytes is none to ours.
    if (about !== null && about !== submission.sha256) return { state: 'ambiguous', reason: 'answer_to_other_bytes' };
    return settled(submission, answer, judgement);
  }
  if (status === 409) return judgeDuplicate(submission, answer);
  if (REFUSED_STATUS.has(status)) return { state: 'rejected', codes: [refusalCode(answer)] };
  if (UNSENT_STATUS.has(status) || saysNothingTaken(answer)) return unsent(answer, judgement);
  return { state: 'ambiguous', reason: `http_${String(status)}` };
}

/** Of GET /transactions/{trn}: here the digest is required, since the reference alone does not say which bytes are meant. */
export function judgeInquired(
  submission: Submission,
  answer: RegulatorAnswer | BrokenCall,
  judgement: Judgement,
): Outcome | { readonly state: 'unknown' } {
  if (isBroken(answer)) return { state: 'ambiguous', reason: `inquiry_${answer.reason}` };
  // A 404 of anything between us and the regulator says nothing of the report.
  if (answer.status === 404)
    return member(answer, 'unknown') === true ? { state: 'unknown' } : { state: 'ambiguous', reason: 'inquiry_http_404' };
  if (answer.status !== 200 && answer.status !== 202) return { state: 'ambiguous', reason: `inquiry_http_${String(answer.status)}` };
  const about = readDigestHeader(answer.header('submission-digest'));
  if (about === null) return { state: 'ambiguous', reason: 'inquiry_without_digest' };
  const outcome = settled(submission, answer, judgement);
  if (about === submission.sha256 || outcome.state === 'ambiguous') return outcome;
  // What was rejected is not held: other bytes may be sent under the same reference.
  return outcome.state === 'rejected' ? { state: 'unknown' } : { state: 'rejected', codes: [DUPLICATE_CODE, OTHER_BYTES] };
}

function settled(submission: Submission, answer: RegulatorAnswer, { readReply, duplicateCodes }: Judgement): Outcome {
  const replies = readReply(answer.bytes, answer.contentType);
  const reply = replies === null ? null : replyTo(replies, submission.trn, submission.action);
  if (reply === null) return { state: 'ambiguous', reason: 'answer_unreadable' };
  // 202 is no decision, whatever its body says.
  if (answer.status === 202 && reply.state !== 'PDNG') return { state: 'ambiguous', reason: 'answer_contradicts_itself' };
  // The reference is taken, perhaps by an earlier try of these very bytes: no rejection of them.
  if (isDuplicate(reply, duplicateCodes)) return { state: 'ambiguous', reason: 'duplicate_without_hash' };
  return outcomeOf(reply);
}

/** Accepted only where the hashes are equal and the regulator does not say that it is still undecided. */
function judgeDuplicate({ trn, sha256 }: Submission, answer: RegulatorAnswer): Outcome {
  const held = member(answer, 'sha256');
  if (member(answer, 'trn') !== trn || typeof held !== 'string') return { state: 'ambiguous', reason: 'duplicate_without_hash' };
  if (held.toLowerCase() !== sha256) return { state: 'rejected', codes: [DUPLICATE_CODE, OTHER_BYTES] };
  const state = member(answer, 'state');
  if (state === 'PDNG') return { state: 'pending', codes: [DUPLICATE_CODE] };
  // A duplicate of something rejected there is not: only what was taken has its reference used up.
  return state === undefined || state === 'ACPT'
    ? { state: 'accepted', codes: [DUPLICATE_CODE] }
    : { state: 'ambiguous', reason: 'duplicate_unclear' };
}

function brokenOutcome({ maybeTaken, reason }: BrokenCall): Outcome {
  return maybeTaken ? { state: 'ambiguous', reason } : { state: 'unsent', reason, retryAfterMs: null };
}

/** 429 and 503 come from proxies, too, which do not know what was passed on: only the regulator's own word counts. */
function saysNothingTaken(answer: RegulatorAnswer): boolean {
  return (answer.status === 429 || answer.status === 503) && member(answer, 'taken') === false;
}

function unsent(answer: RegulatorAnswer, { nowMs, retryAfterMaxMs }: Judgement): Outcome {
  const retryAfterMs = readRetryAfter(answer.header('retry-after'), nowMs, retryAfterMaxMs);
  return { state: 'unsent', reason: `http_${String(answer.status)}`, retryAfterMs };
}

function refusalCode(answer: RegulatorAnswer): string {
  const code = member(answer, 'code');
  return typeof code === 'string' && REPLY_CODE.test(code) ? code : `HTTP-${String(answer.status)}`;
}

/** A member of an answer in JSON; undefined where it is none. */
function member({ contentType, bytes }: RegulatorAnswer, name: string): unknown {
  if (contentType !== 'application/json') return undefined;
  try {
    const data: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof data === 'object' && data !== null ? new Map<string, unknown>(Object.entries(data)).get(name) : undefined;
  } catch {
    return undefined;
  }
}
