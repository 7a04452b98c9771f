/** A regime as its YAML declares it, compiled: which events it wants reported, by when, as which bytes. Pure: nothing here reads a clock or a store. */
import type { TradeEvent } from '../event/trade-event.ts';
import type { ReferenceKind, ReferenceView } from '../reference/reference-view.ts';

export type ReportAction = 'NEWT' | 'CANC';

/** What a report breaks: a field by its number in the regime, or a rule over several. */
export interface ReportFinding {
  readonly code: string;
  readonly field: string | null;
  readonly expected: string;
  /** Without the value: findings are logged. */
  readonly message: string;
}

/** What is sent: a pure function of the event, the reference versions, the regime's version, the action and the TRN. */
export interface BuiltReport {
  readonly bytes: Buffer;
  /** Of the bytes, lower-case hex. */
  readonly sha256: string;
  readonly contentType: 'application/xml' | 'application/json';
}

export interface ReportRequest {
  readonly event: TradeEvent;
  readonly reference: ReferenceView;
  readonly action: ReportAction;
  readonly trn: string;
}

export interface Regime {
  readonly name: string;
  readonly title: string;
  /** sha256 of `text`, lower-case hex. */
  readonly regimeVersion: string;
  /** What a report is made again from: the bank's own data and the YAML (kept-text.ts), kept under reports/regimes. */
  readonly text: string;
  /** 2 to 6 upper-case letters and digits, the beginning of every TRN. */
  readonly shortCode: string;
  /** Word of the configuration (reporter.destinations) that says where reports are sent. */
  readonly destination: string;
  /** cancel_then_new: an amendment is CANC of what stands, then NEWT. replace: a NEWT with the next version. */
  readonly amendments: 'cancel_then_new' | 'replace';
  /** Whether it looks at events of that source at all. */
  appliesTo(source: string): boolean;
  /** Kinds without which a report is not built. */
  readonly needs: readonly ReferenceKind[];
  /** What codes of replies mean beyond accepted and rejected. */
  readonly replies: { readonly duplicateCodes: readonly string[]; readonly pendingCodes: readonly string[] };
  eligible(
    event: TradeEvent,
    reference: ReferenceView,
  ): { readonly eligible: true } | { readonly eligible: false; readonly reason: string };
  /** Microseconds UTC by which the report has to be accepted. */
  dueAtUs(tradeTimeUs: bigint): bigint;
  build(request: ReportRequest): { readonly report: BuiltReport } | { readonly findings: readonly ReportFinding[] };
}
