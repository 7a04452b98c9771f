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

export type Outcome =
  | { readonly state: 'accepted'; readonly codes: readonly string[] }
  | { readonly state: 'rejected'; readonly codes: readonly string[] }
  /** Neither: asked for again later. */
  | { readonly state: 'pending'; readonly codes: readonly string[] }
  /** Certainly not taken: may be sent again, not before so long. */
  | { readonly state: 'unsent'; readonly reason: string; readonly retryAfterMs: number | null }
  /** Sent, and nobody knows: to be asked for by the reference, never taken as either. */
  | { readonly state: 'ambiguous'; readonly reason: string };

export interface SubmissionTry {
  /** 1, 2, 3 ... */
  readonly number: number;
  readonly sha256: string;
  readonly outcome: Outcome;
}

export interface Submitter {
  /**
   * Tries until it is accepted, rejected or pending, or the tries are used up (then the last unsent or ambiguous outcome). `told` is awaited before each try
   * with outcome null and after it with its outcome, so that the ledger knows of a try before the regulator does.
   */
  submit(submission: Submission, told: (number: number, outcome: Outcome | null) => Promise<void>): Promise<Outcome>;
  /** What came of an earlier submission: by its reference. `unknown`: the regulator has never seen it, so it may be sent. */
  inquire(submission: Submission): Promise<Outcome | { readonly state: 'unknown' }>;
  close(): Promise<void>;
}
