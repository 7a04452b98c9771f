/**
 * The ledger of one instance: entries that are appended, chained by hashes, and durable before append() resolves. Reports themselves and the order of a
 * trade's steps are objects of trade-steps.ts; entries tell what happened.
 */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import type { LedgerData, LedgerKind } from '../../core/reports/entry.ts';

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

export interface LedgerState {
  /** Entries that are not durable yet. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** Durable entries. */
  readonly count: number;
  /** LEDGER_FAILED: nothing can be appended any more, the process has to be started anew. */
  readonly failure: MarketsError | null;
}

export interface Ledger {
  readonly instance: string;
  /**
   * Resolves when the entry is durable. Rejects with LEDGER_CLOSED, LEDGER_FULL (bounded queue; nothing was put down, later entries may be) or LEDGER_FAILED
   * (the store's error as its cause, the entry may be there all the same): then nothing later is written either.
   */
  append<K extends LedgerKind>(entry: NewEntry<K>): Promise<Placed>;
  state(): LedgerState;
  /** Writes what waits and the closing anchor, and says that the instance ends. Safe to repeat. */
  close(): Promise<void>;
}
