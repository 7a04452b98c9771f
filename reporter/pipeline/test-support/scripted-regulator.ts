/** A regulator in memory: keeps books by reference and action, and answers as a test tells it to. */
import type { Answered, LateReply, Outcome, ReplyPage, Submission, Submitter } from '../../submit/submitter.ts';

/** lost: taken, and the answer never came. down: not reached. silent: neither this nor the question is answered. */
export type Script = 'accept' | 'reject' | 'pending' | 'lost' | 'down' | 'breaker' | 'silent';

interface Booked {
  readonly sha256: string;
  state: Answered['state'];
}

export class ScriptedRegulator implements Submitter {
  readonly books = new Map<string, Booked>();
  readonly sent: string[] = [];
  readonly late: LateReply[] = [];
  script: (submission: Submission) => Script = () => 'accept';
  /** Held before anything is taken. */
  gate: Promise<void> = Promise.resolve();

  async submit(submission: Submission, told: (number: number, outcome: Outcome | null) => Promise<void>): Promise<Outcome> {
    const script = this.script(submission);
    if (script === 'breaker') return { state: 'unsent', reason: 'breaker_open', retryAfterMs: 1000 };
    await told(1, null);
    await this.gate;
    const outcome = this.take(submission, script);
    await told(1, outcome);
    return outcome;
  }

  private take(submission: Submission, script: Script): Outcome {
    const key = `${submission.trn}-${submission.action}`;
    this.sent.push(key);
    if (script === 'down') return { state: 'unsent', reason: 'connection', retryAfterMs: null };
    const booked = this.books.get(key);
    if (booked !== undefined && booked.state !== 'rejected') {
      if (booked.sha256 !== submission.sha256) throw new Error(`other bytes under ${key}`);
      return { state: booked.state, codes: ['CON-023'] };
    }
    const state = script === 'reject' ? 'rejected' : script === 'pending' ? 'pending' : 'accepted';
    this.books.set(key, { sha256: submission.sha256, state });
    if (script === 'lost' || script === 'silent') return { state: 'ambiguous', reason: 'timeout' };
    return { state, codes: state === 'rejected' ? ['CON-412'] : [] };
  }

  async inquire(submission: Submission): Promise<Outcome | { readonly state: 'unknown' }> {
    await Promise.resolve();
    if (this.script(submission) === 'silent') return { state: 'ambiguous', reason: 'timeout' };
    const booked = this.books.get(`${submission.trn}-${submission.action}`);
    return booked === undefined ? { state: 'unknown' } : { state: booked.state, codes: [] };
  }

  async replies(_destination: string, after: string | null): Promise<ReplyPage> {
    await Promise.resolve();
    const from = Number(after ?? '0');
    return { replies: this.late.slice(from), unreadable: [], next: String(this.late.length), more: false };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  /** References of the reports that stand. */
  standing(): readonly string[] {
    const accepted = (key: string): boolean => this.books.get(key)?.state === 'accepted';
    return [...this.books.keys()].flatMap((key) => {
      const [trn = '', action] = key.split('-');
      return action === 'NEWT' && accepted(key) && !accepted(`${trn}-CANC`) ? [trn] : [];
    });
  }
}
