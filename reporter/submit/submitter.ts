/** Sends a report to a regulator, and asks for what came of one. Bounded in time, tries, rate and bytes; never throws for what the other side does. */
import type { ReportAction } from '../regime/regime.ts';

export interface Submission {
  readonly destination: string;
  readonly trn: string;
  readonly action: ReportAction;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly contentType: string;
}

/** What the regulator has decided, or will: each is its own word about these very bytes. */
export type Answered =
  | { readonly state: 'accepted'; readonly codes: readonly string[] }
  /** Where the regulator holds other bytes under this TRN, the codes hold OTHER_BYTES. */
  | { readonly state: 'rejected'; readonly codes: readonly string[] }
  /** Neither: asked for again later. */
  | { readonly state: 'pending'; readonly codes: readonly string[] };

export type Outcome =
  | Answered
  /** Certainly not taken: may be sent again, not before so long. */
  | { readonly state: 'unsent'; readonly reason: string; readonly retryAfterMs: number | null }
  /** Sent, and nobody knows: to be asked for by the reference, never taken as either. */
  | { readonly state: 'ambiguous'; readonly reason: string };

/** The code of a rejection that somebody has to look at: under this TRN and action the regulator has taken bytes that are not these. */
export const OTHER_BYTES = 'SUBMIT-OTHER-BYTES';

/** A reply that came by itself: after a pending one, or again, or to contradict. */
export interface LateReply {
  readonly trn: string;
  readonly action: ReportAction;
  readonly outcome: Answered;
  /** Of the bytes that the regulator speaks of; null where it does not say. To be compared with what was sent. */
  readonly submissionSha256: string | null;
  /** Where it was read: a number of the feed, the name of a file. */
  readonly place: string;
}

/** A bounded page. `next` is kept by the caller, once the replies are durable, and given back; null only where nothing was ever read. */
export interface ReplyPage {
  readonly replies: readonly LateReply[];
  /** What could not be read, or says only that a reference is taken (SUBMIT-DUPLICATE), by place: passed over, and to be looked at. */
  readonly unreadable: readonly { readonly place: string; readonly code: string }[];
  readonly next: string | null;
  /** Whether there is more to be read at once. */
  readonly more: boolean;
}

export interface Submitter {
  /**
   * Tries until it is accepted, rejected or pending, or the tries are used up. Then it is `unsent` only where every try was; where one was ambiguous, and
   * asking did not settle it, the end is `ambiguous`. `told` is awaited before each try with outcome null and after it with its outcome, so that the ledger
   * knows of a try before the regulator does. Idempotent: the same bytes under the same key are taken once.
   */
  submit(submission: Submission, told: (number: number, outcome: Outcome | null) => Promise<void>): Promise<Outcome>;
  /** What came of an earlier submission: by its reference. `unknown`: the regulator has never seen it, so it may be sent. */
  inquire(submission: Submission): Promise<Outcome | { readonly state: 'unknown' }>;
  /** Replies that came by themselves since `after`: each once as long as the caller keeps `next`. An empty page where the other side does not answer. */
  replies(destination: string, after: string | null): Promise<ReplyPage>;
  close(): Promise<void>;
}
