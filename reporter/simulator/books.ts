/**
 * The books of the simulated regulator: what it holds of each reference and action, and the replies that are still to come. Pure but for its own state: the
 * clock and the journal are the caller's.
 */
import { isLate, judgeReport, type InstrumentLists, type Verdict } from './judge-report.ts';
import type { ReportContent } from './read-report.ts';

export interface BookEntry {
  readonly trn: string;
  readonly action: 'NEWT' | 'CANC';
  /** Of the bytes that are held; of what was rejected the last ones. */
  readonly sha256: string;
  readonly state: Verdict['state'];
  readonly codes: readonly string[];
  /** When these bytes came first, ISO 8601 UTC. */
  readonly received_at: string;
  readonly late: boolean;
  readonly form: 'xml' | 'json';
  /** How often it came to be accepted: never more than once. */
  readonly acceptances: number;
  /** Posts of the same bytes that were told to be duplicates. */
  readonly duplicates: number;
  /** Posts of other bytes under the same key, which were turned away. */
  readonly conflicts: number;
}

export interface WaitingReply extends Verdict {
  readonly id: number;
  readonly due_ms: number;
  readonly trn: string;
  readonly action: 'NEWT' | 'CANC';
  /** Whether it is the decision about a pending one; else it is only said, true or not. */
  readonly decides: boolean;
}

export interface FeedReply extends Verdict {
  readonly n: number;
  readonly trn: string;
  readonly action: 'NEWT' | 'CANC';
  readonly sha256: string;
  readonly form: 'xml' | 'json';
}

/** What has to be on the disk before it is told. Read back in order they make the same books. */
export type BookChange =
  | { readonly op: 'entry'; readonly entry: BookEntry }
  | { readonly op: 'waits'; readonly reply: WaitingReply }
  | { readonly op: 'told'; readonly id: number; readonly reply: FeedReply };

export interface BookRules {
  readonly instruments: InstrumentLists;
  readonly lateMs: number;
  readonly reportWithinMs: number | null;
}

export interface Taken {
  readonly kind: 'judged' | 'duplicate' | 'conflict';
  readonly entry: BookEntry;
}

export class Books {
  readonly #rules: BookRules;
  readonly #changed: (change: BookChange) => void;
  readonly #entries = new Map<string, BookEntry>();
  readonly #waiting = new Map<number, WaitingReply>();
  readonly #feed: FeedReply[] = [];
  #lastId = 0;

  constructor(rules: BookRules, before: Iterable<BookChange>, changed: (change: BookChange) => void) {
    this.#rules = rules;
    for (const change of before) this.#apply(change);
    this.#changed = changed;
  }

  /** `undecided`: pending whatever the rules say, until the decision comes by the feed. */
  take(report: ReportContent, sha256: string, nowMs: number, undecided: boolean): Taken {
    const before = this.find(report.trn, report.action);
    // The reference of what was rejected may be used again.
    if (before !== undefined && before.state !== 'RJCT') return this.#takenAgain(before, sha256);
    const verdict = this.#judge(report);
    const { state, codes } = undecided ? UNDECIDED : verdict;
    const entry: BookEntry = {
      ...{ trn: report.trn, action: report.action, sha256, state, codes, form: report.form },
      received_at: new Date(nowMs).toISOString(),
      late: isLate(report, nowMs, this.#rules.reportWithinMs),
      acceptances: (before?.acceptances ?? 0) + (state === 'ACPT' ? 1 : 0),
      ...{ duplicates: before?.duplicates ?? 0, conflicts: before?.conflicts ?? 0 },
    };
    this.#change({ op: 'entry', entry });
    if (state === 'PDNG') this.tellLater(entry, verdict.state === 'PDNG' ? ACCEPTED : verdict, nowMs, true);
    return { kind: 'judged', entry };
  }

  /** Puts a reply into the feed when its time has come. */
  tellLater({ trn, action }: Pick<BookEntry, 'trn' | 'action'>, { state, codes }: Verdict, nowMs: number, decides: boolean): void {
    const reply = { id: this.#lastId + 1, due_ms: nowMs + this.#rules.lateMs, trn, action, state, codes, decides };
    this.#change({ op: 'waits', reply });
  }

  /** Everything whose time has come is decided and told; to be called before anything is read. */
  settle(nowMs: number): void {
    for (const { id, due_ms, decides, trn, action, state, codes } of this.#waiting.values()) {
      // All wait equally long, so they are due in the order in which they came.
      if (due_ms > nowMs) return;
      const entry = this.find(trn, action);
      if (entry === undefined) throw new Error('a reply to nothing');
      if (decides) {
        const acceptances = entry.acceptances + (state === 'ACPT' ? 1 : 0);
        this.#change({ op: 'entry', entry: { ...entry, state, codes, acceptances } });
      }
      const { sha256, form } = entry;
      this.#change({ op: 'told', id, reply: { n: this.#feed.length + 1, trn, action, sha256, form, state, codes } });
    }
  }

  find(trn: string, action: 'NEWT' | 'CANC'): BookEntry | undefined {
    return this.#entries.get(keyOf({ trn, action }));
  }

  /** By reference and action. */
  entries(): readonly BookEntry[] {
    return [...this.#entries].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, entry]) => entry);
  }

  feed(after: number, limit: number): readonly FeedReply[] {
    return this.#feed.slice(after, after + limit);
  }

  get told(): number {
    return this.#feed.length;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  #judge(report: ReportContent): Verdict {
    // A cancellation needs something that stands.
    if (report.action === 'CANC' && this.find(report.trn, 'NEWT')?.state !== 'ACPT') return { state: 'RJCT', codes: ['CON-024'] };
    return judgeReport(report, this.#rules.instruments);
  }

  #takenAgain(before: BookEntry, sha256: string): Taken {
    const same = before.sha256 === sha256;
    const entry = same ? { ...before, duplicates: before.duplicates + 1 } : { ...before, conflicts: before.conflicts + 1 };
    this.#change({ op: 'entry', entry });
    return { kind: same ? 'duplicate' : 'conflict', entry };
  }

  #change(change: BookChange): void {
    this.#apply(change);
    this.#changed(change);
  }

  #apply(change: BookChange): void {
    switch (change.op) {
      case 'entry':
        this.#entries.set(keyOf(change.entry), change.entry);
        return;
      case 'waits':
        this.#waiting.set(change.reply.id, change.reply);
        this.#lastId = change.reply.id;
        return;
      case 'told':
        this.#waiting.delete(change.id);
        this.#feed.push(change.reply);
    }
  }
}

const UNDECIDED: Verdict = { state: 'PDNG', codes: [] };
const ACCEPTED: Verdict = { state: 'ACPT', codes: [] };

function keyOf({ trn, action }: Pick<BookEntry, 'trn' | 'action'>): string {
  return `${trn}-${action}`;
}
