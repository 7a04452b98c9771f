/**
 * The ledger of one instance: entries that are appended, chained by hashes, and durable before append() resolves. Reports themselves and the order of a
 * trade's steps are objects of trade-steps.ts; entries tell what happened.
 */
import type { LedgerData, LedgerKind } from './entry.ts';

export interface NewEntry<K extends LedgerKind = LedgerKind> {
  readonly kind: K;
  readonly eventId: string | null;
  /** `<event_id>-<regime>`; null where the entry is of the event as a whole. */
  readonly reportId: string | null;
  readonly data: LedgerData[K];
}

export interface Placed {
  readonly seq: number;
  readonly hash: string;
}

export interface Ledger {
  readonly instance: string;
  /** Resolves when the entry is durable. Rejects with LEDGER_CLOSED, LEDGER_FULL (bounded queue) or the store's error; then nothing later is written either. */
  append<K extends LedgerKind>(entry: NewEntry<K>): Promise<Placed>;
  /** Writes what waits and the closing anchor. */
  close(): Promise<void>;
}
