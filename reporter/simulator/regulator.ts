/** The simulated regulator without its wires: what a call does to the books, and what comes back. */
import { createHash } from 'node:crypto';
import { Books, type BookEntry } from './books.ts';
import { chooseFault, chooseQuestionFault, type RegulatorFault, type RegulatorFaultShares } from './fault-choice.ts';
import type { Journal } from './journal.ts';
import type { InstrumentLists } from './judge-report.ts';
import { readReport } from './read-report.ts';
import { writeReply } from './write-reply.ts';

export interface RegulatorRules {
  readonly seed: number;
  readonly faults: RegulatorFaultShares;
  readonly instruments: InstrumentLists;
  /** After how long replies that come by themselves can be read. */
  readonly lateMs: number;
  /** Reports in JSON are late after this; null: never told. */
  readonly reportWithinMs: number | null;
  readonly retryAfterSeconds: number;
  /** conflict: 409 with the hash of what is held. reply: a rejection with CON-023, as auth.031 has it, which does not say by what the reference is taken. */
  readonly duplicatesAs: 'conflict' | 'reply';
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What happens on the wire: an answer, now or late, a connection that is reset, or nothing ever. */
export type Reaction = { readonly wire: 'answer' | 'delayed'; readonly answer: WireAnswer } | { readonly wire: 'reset' | 'silence' };

export interface PostedReport {
  readonly idempotencyKey: string;
  readonly contentDigest: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface Regulator {
  submitted(posted: PostedReport): Promise<Reaction>;
  asked(trn: string, action: string): Promise<Reaction>;
  /** `after`: number of the last reply read. */
  feed(after: number): Promise<Reaction>;
  books(): readonly BookEntry[];
  summary(): RegulatorSummary;
}

export interface RegulatorSummary {
  readonly accepted: number;
  readonly rejected: number;
  readonly pending: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly posts: number;
  readonly questions: number;
  readonly replies_told: number;
  readonly replies_waiting: number;
  readonly faults: Readonly<Partial<Record<RegulatorFault, number>>>;
}

const KEY = /^([A-Z0-9]{1,52})-(NEWT|CANC)$/;
const FEED_PAGE = 500;
/** These happen before anything is looked at. */
const BEFORE: ReadonlySet<RegulatorFault | null> = new Set(['error_before', 'unavailable', 'too_many', 'reset_before', 'timeout_before']);
const OPPOSITE = { ACPT: { state: 'RJCT', codes: ['SIM-CONTRADICTION'] }, RJCT: { state: 'ACPT', codes: [] } } as const;

export function createRegulator(rules: RegulatorRules, nowMs: () => number, journal: Journal): Regulator {
  const books = new Books(rules, journal.before, (change) => journal.add(change));
  const counts = new Map<string, number>();
  const met = new Map<RegulatorFault, number>();
  let posts = 0;
  let questions = 0;

  /** 1, 2, 3 ... of a subject. Not kept over a restart: then its tries are counted anew. */
  const nextNumber = (subject: string): number => {
    const number = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, number);
    return number;
  };
  const meet = (fault: RegulatorFault | null): RegulatorFault | null => {
    if (fault !== null) met.set(fault, (met.get(fault) ?? 0) + 1);
    return fault;
  };

  async function submitted(posted: PostedReport): Promise<Reaction> {
    posts += 1;
    const fault = meet(chooseFault(rules.faults, rules.seed, posted.idempotencyKey, nextNumber(posted.idempotencyKey)));
    if (BEFORE.has(fault)) return before(fault, rules);
    const answer = judged(books, posted, { fault, nowMs: nowMs(), duplicatesAs: rules.duplicatesAs });
    await journal.flushed();
    return after(fault, answer);
  }

  async function question(subject: string, answer: () => WireAnswer): Promise<Reaction> {
    questions += 1;
    const fault = meet(chooseQuestionFault(rules.faults, rules.seed, subject, nextNumber(subject)));
    if (BEFORE.has(fault)) return before(fault, rules);
    books.settle(nowMs());
    await journal.flushed();
    return after(fault, answer());
  }

  return {
    submitted,
    asked: async (trn, action) => await question(`ask ${trn} ${action}`, () => standing(books, trn, action, nowMs())),
    feed: async (number) => await question(`feed ${String(number)}`, () => feedPage(books, number, nowMs())),
    books() {
      books.settle(nowMs());
      return books.entries();
    },
    summary() {
      books.settle(nowMs());
      const traffic = { posts, questions, replies_told: books.told, replies_waiting: books.waiting };
      return { ...totals(books.entries()), ...traffic, faults: Object.fromEntries(met) };
    },
  };
}

function before(fault: RegulatorFault | null, { retryAfterSeconds }: RegulatorRules): Reaction {
  if (fault === 'reset_before') return { wire: 'reset' };
  if (fault === 'timeout_before') return { wire: 'silence' };
  if (fault === 'error_before') return { wire: 'answer', answer: json(500, { code: 'SIM-ERROR' }) };
  const answer = json(fault === 'too_many' ? 429 : 503, { code: 'SIM-BUSY', taken: false });
  return { wire: 'answer', answer: { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } } };
}

function after(fault: RegulatorFault | null, answer: WireAnswer): Reaction {
  switch (fault) {
    case 'reset_after':
      return { wire: 'reset' };
    case 'timeout_after':
      return { wire: 'silence' };
    case 'error_after':
      return { wire: 'answer', answer: json(500, { code: 'SIM-ERROR' }) };
    case 'unreadable':
      return { wire: 'answer', answer: { ...answer, body: answer.body.slice(0, answer.body.length / 2) } };
    case 'delay':
      return { wire: 'delayed', answer };
    default:
      return { wire: 'answer', answer };
  }
}

interface Judging {
  readonly fault: RegulatorFault | null;
  readonly nowMs: number;
  readonly duplicatesAs: RegulatorRules['duplicatesAs'];
}

function judged(books: Books, posted: PostedReport, { fault, nowMs, duplicatesAs }: Judging): WireAnswer {
  const [, trn, action] = KEY.exec(posted.idempotencyKey) ?? [];
  if (trn === undefined || (action !== 'NEWT' && action !== 'CANC')) return json(400, { code: 'SIM-KEY' });
  const sha256 = createHash('sha256').update(posted.bytes).digest('hex');
  if (posted.contentDigest !== digestOf(sha256)) return json(400, { code: 'SIM-DIGEST' });
  const report = readReport(posted.bytes, posted.contentType, action);
  if (report === null) return json(400, { code: 'FIL-105' });
  if (report.trn !== trn || report.action !== action) return json(400, { code: 'SIM-KEY' });
  books.settle(nowMs);
  const { kind, entry } = books.take(report, sha256, nowMs, fault === 'pending');
  if (kind !== 'judged')
    return duplicatesAs === 'reply'
      ? refusedAsDuplicate(entry, nowMs)
      : json(409, { code: 'CON-023', trn, action, sha256: entry.sha256, state: entry.state });
  tellMore(books, entry, fault, nowMs);
  return replyAbout(entry, nowMs);
}

function refusedAsDuplicate({ trn, action, form }: BookEntry, nowMs: number): WireAnswer {
  const { contentType, body } = writeReply({ trn, action, form, state: 'RJCT', codes: ['CON-023'] }, nowMs);
  return { status: 200, headers: { 'content-type': contentType }, body };
}

function tellMore(books: Books, entry: BookEntry, fault: RegulatorFault | null, nowMs: number): void {
  if (entry.state === 'PDNG') return;
  if (fault === 'contradictory') books.tellLater(entry, OPPOSITE[entry.state], nowMs, false);
  if (fault !== 'duplicate_reply') return;
  books.tellLater(entry, entry, nowMs, false);
  books.tellLater(entry, entry, nowMs, false);
}

function standing(books: Books, trn: string, action: string, nowMs: number): WireAnswer {
  const entry = action === 'NEWT' || action === 'CANC' ? books.find(trn, action) : undefined;
  return entry === undefined ? json(404, { code: 'SIM-UNKNOWN', unknown: true }) : replyAbout(entry, nowMs);
}

/** Says of which bytes it speaks. */
function replyAbout(entry: BookEntry, nowMs: number): WireAnswer {
  const { contentType, body } = writeReply(entry, nowMs);
  const headers = { 'content-type': contentType, 'submission-digest': digestOf(entry.sha256) };
  return { status: entry.state === 'PDNG' ? 202 : 200, headers, body };
}

function feedPage(books: Books, after: number, nowMs: number): WireAnswer {
  const page = books.feed(after, FEED_PAGE);
  const replies = page.map((reply) => {
    const { contentType, body } = writeReply(reply, nowMs);
    const { n, trn, action, sha256 } = reply;
    return { n, trn, action, sha256, content_type: contentType, body: Buffer.from(body).toString('base64') };
  });
  return json(200, { replies, more: after + page.length < books.told });
}

function totals(entries: readonly BookEntry[]): Pick<RegulatorSummary, 'accepted' | 'rejected' | 'pending' | 'duplicates' | 'conflicts'> {
  const count = (state: BookEntry['state']): number => entries.filter((entry) => entry.state === state).length;
  const sum = (name: 'duplicates' | 'conflicts'): number => entries.reduce((total, entry) => total + entry[name], 0);
  return {
    ...{ accepted: count('ACPT'), rejected: count('RJCT'), pending: count('PDNG') },
    ...{ duplicates: sum('duplicates'), conflicts: sum('conflicts') },
  };
}

function digestOf(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

function json(status: number, data: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) };
}
