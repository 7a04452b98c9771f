/** What the reporter says in its ledger. The forms themselves are shared with the lane that collects them into the warehouse. */
export type { LedgerData, LedgerKind } from '../../core/reports/entry.ts';
