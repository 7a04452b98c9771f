/**
 * What was and is being reported of one trade under one regime, in order: each step is an object created if absent, which is the claim of whoever made it and
 * holds the bytes that are sent. Step n + 1 is claimed only when step n has an end.
 */
import type { ReportAction } from '../regime/regime.ts';

export interface TradeStep {
  readonly trade_id: string;
  readonly regime: string;
  /** 1, 2, 3 ... */
  readonly seq: number;
  readonly report_id: string;
  readonly event_id: string;
  /** Decimal text. */
  readonly trade_version: string;
  /** sha256 of the event's canonical row (reporter/event/content-hash.ts): the same version with another content is a conflict. */
  readonly content_sha256: string;
  readonly action: ReportAction;
  readonly trn: string;
  readonly regime_version: string;
  /** Versions of reference data by kind: key, valid_from and hash. */
  readonly references: readonly { readonly kind: string; readonly key: string; readonly valid_from: string; readonly hash: string }[];
  readonly content_type: string;
  readonly payload: string;
  readonly payload_sha256: string;
  readonly due_at: string;
  /** Who claimed it, and when. */
  readonly instance: string;
  readonly at: string;
}

/**
 * not_sent: a step without payload, ended at once. It marks a version that owes the regulator nothing (a cancellation of what was never reported, an amendment
 * that is not eligible any more), so that an older version which comes late is superseded instead of reported.
 */
export type StepState = 'accepted' | 'rejected' | 'dead_lettered' | 'not_sent';

export interface StepEnd {
  readonly state: StepState;
  readonly codes: readonly string[];
  readonly instance: string;
  readonly at: string;
}

export interface PlacedStep {
  readonly step: TradeStep;
  /** null while nobody has ended it. */
  readonly end: StepEnd | null;
}

export interface TradeSteps {
  /** In order of seq. */
  read(tradeId: string, regime: string): Promise<readonly PlacedStep[]>;
  /** false where another has claimed that seq. */
  claim(step: TradeStep): Promise<boolean>;
  /** The first end stands; a second, equal one is nothing, a different one LEDGER_CONFLICT. */
  end(step: TradeStep, end: StepEnd): Promise<void>;
}
