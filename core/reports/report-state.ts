/** What the entries of a report come to: its state, in the field's own words. Pure; entries may be given in any order, for several ledgers tell of one report. */
import type { AnyEntry, LedgerKind } from './entry.ts';

export type ReportState =
  /** Claimed and not sent yet. */
  | 'claimed'
  | 'submitted'
  | 'unsent'
  | 'ambiguous'
  | 'pending'
  | 'parked'
  | 'accepted'
  | 'rejected'
  | 'invalid'
  | 'dead_lettered'
  | 'resolved'
  | 'not_eligible'
  | 'superseded';

/** Where nothing more is to be done unless a person or the regulator says something new. */
export const ENDED_STATES: ReadonlySet<ReportState> = new Set<ReportState>([
  'accepted',
  'rejected',
  'invalid',
  'dead_lettered',
  'resolved',
  'not_eligible',
  'superseded',
]);

/** What is kept of one report. Times are texts of one form, so that they compare. */
export interface ReportFold {
  /** Place of the entry that says how it stands: at, instance and seq. */
  readonly order: string;
  readonly kind: LedgerKind;
  readonly action: string | null;
  readonly due_at: string | null;
  readonly trn: string | null;
  readonly tries: number;
  readonly first_submitted_at: string | null;
  /** First acknowledgement by action: the CANC of an amendment ends no report. */
  readonly accepted_newt_at: string | null;
  readonly accepted_canc_at: string | null;
  readonly codes: readonly string[];
  readonly reason: string | null;
  readonly contradicted: number;
}

/** The kinds that say how a report stands. */
const STATE_OF: Partial<Readonly<Record<LedgerKind, ReportState>>> = {
  claimed: 'claimed',
  validated: 'claimed',
  enriched: 'claimed',
  parked: 'parked',
  submitted: 'submitted',
  unsent: 'unsent',
  ambiguous: 'ambiguous',
  pending: 'pending',
  rejected: 'rejected',
  invalid: 'invalid',
  dead_lettered: 'dead_lettered',
  resolved: 'resolved',
  not_eligible: 'not_eligible',
  superseded: 'superseded',
};

const NOTHING: ReportFold = {
  order: '',
  kind: 'claimed',
  action: null,
  due_at: null,
  trn: null,
  tries: 0,
  first_submitted_at: null,
  accepted_newt_at: null,
  accepted_canc_at: null,
  codes: [],
  reason: null,
  contradicted: 0,
};

export function foldReport(before: ReportFold | null, entry: AnyEntry): ReportFold {
  const fold = before ?? NOTHING;
  const order = orderOf(entry);
  const stands = entry.kind in STATE_OF || entry.kind === 'acknowledged';
  const latest = stands && order > fold.order ? { ...said(entry), order, kind: entry.kind } : {};
  return { ...fold, ...latest, ...counted(fold, entry) };
}

/** `status` is the event's: what ends a cancellation is the CANC, what ends anything else the NEWT. */
export function stateOf(fold: ReportFold, status: string | null): ReportState {
  if (acceptedAt(fold, status) !== null) return 'accepted';
  return STATE_OF[fold.kind] ?? 'claimed';
}

export function acceptedAt(fold: ReportFold, status: string | null): string | null {
  return status === 'CANCELLED' ? fold.accepted_canc_at : fold.accepted_newt_at;
}

/** Entries of several ledgers in one order: by time, then by place. */
export function orderOf({ at, instance, seq }: AnyEntry): string {
  return `${at} ${instance} ${String(seq).padStart(12, '0')}`;
}

function said(entry: AnyEntry): Pick<ReportFold, 'codes' | 'reason'> {
  switch (entry.kind) {
    case 'pending':
    case 'rejected':
    case 'acknowledged':
      return { codes: entry.data.codes, reason: null };
    case 'invalid':
      return { codes: entry.data.findings.map(({ code }) => code), reason: null };
    case 'dead_lettered':
      return { codes: [entry.data.code], reason: entry.data.reason };
    case 'not_eligible':
    case 'unsent':
    case 'ambiguous':
      return { codes: [], reason: entry.data.reason };
    case 'resolved':
      return { codes: [], reason: entry.data.why };
    case 'parked':
      return { codes: [], reason: entry.data.missing.map(({ kind }) => kind).join(', ') };
    default:
      return { codes: [], reason: null };
  }
}

function counted(fold: ReportFold, entry: AnyEntry): Partial<ReportFold> {
  switch (entry.kind) {
    case 'claimed':
      // The reference of a report is that of its NEWT, also where another instance took the cancellation before it on and wrote later.
      if (fold.action === 'NEWT' && entry.data.action === 'CANC') return {};
      return { trn: entry.data.trn, due_at: entry.data.due_at, action: entry.data.action };
    case 'submitted':
      return { tries: fold.tries + 1, first_submitted_at: earlier(fold.first_submitted_at, entry.at) };
    case 'acknowledged':
      return entry.data.action === 'CANC'
        ? { accepted_canc_at: earlier(fold.accepted_canc_at, entry.at) }
        : { accepted_newt_at: earlier(fold.accepted_newt_at, entry.at) };
    case 'contradicted':
      return { contradicted: fold.contradicted + 1 };
    default:
      return {};
  }
}

function earlier(known: string | null, at: string): string {
  return known === null || at < known ? at : known;
}
