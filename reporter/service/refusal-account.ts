/** What was turned away, by code: for the metrics at once, for the ledger gathered, so that a flood of bad requests is some entries and not a flood of them. */
import type { Ledger } from '../ledger/ledger.ts';
import type { RefusalCode } from './refusal.ts';

export class RefusalAccount {
  /** Since the start. */
  readonly totals = new Map<RefusalCode, number>();
  private waiting = new Map<RefusalCode, number>();
  private readonly ledger: Pick<Ledger, 'append'>;

  constructor(ledger: Pick<Ledger, 'append'>) {
    this.ledger = ledger;
  }

  add(code: RefusalCode): void {
    for (const counts of [this.totals, this.waiting]) counts.set(code, (counts.get(code) ?? 0) + 1);
  }

  /** One entry a code for what came since the last call. What cannot be written is counted on. */
  async write(): Promise<void> {
    const counted = this.waiting;
    this.waiting = new Map();
    for (const [code, count] of counted) {
      try {
        await this.ledger.append({ kind: 'refused', eventId: null, reportId: null, data: { code, count } });
      } catch {
        // The ledger says itself that it cannot write; what was to be told waits for the next time.
        this.waiting.set(code, (this.waiting.get(code) ?? 0) + count);
      }
    }
  }
}
