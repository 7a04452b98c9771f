/** Writes the entries of reports: in order, most of them without anybody waiting, all of them durable before an event counts as finished. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Time } from '../../core/time/time.ts';
import type { LedgerData, LedgerKind } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';

const FULL_PAUSE_MS = 20;
/** Some 20 seconds: then the ledger is not full but stuck. */
const FULL_TRIES_MAX = 1000;

export class ReportEntries {
  private readonly ledger: Pick<Ledger, 'append'>;
  private readonly time: Time;
  private readonly eventId: string;
  private readonly reportId: string | null;
  private last: Promise<void> = Promise.resolve();

  constructor(ledger: Pick<Ledger, 'append'>, time: Time, eventId: string, reportId: string | null) {
    this.ledger = ledger;
    this.time = time;
    this.eventId = eventId;
    this.reportId = reportId;
  }

  /** Nobody waits; an error comes out of the next settled() or write(). */
  note<K extends LedgerKind>(kind: K, data: LedgerData[K]): void {
    const before = this.last;
    const mine = this.append(kind, data);
    this.last = before.then(async () => await mine);
    // Looked at by whoever asks whether all is durable.
    this.last.catch(() => undefined);
    mine.catch(() => undefined);
  }

  /** Resolves when the entry and all before it are durable. */
  async write<K extends LedgerKind>(kind: K, data: LedgerData[K]): Promise<void> {
    this.note(kind, data);
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.last;
  }

  private async append<K extends LedgerKind>(kind: K, data: LedgerData[K]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.ledger.append({ kind, eventId: this.eventId, reportId: this.reportId, data });
        return;
      } catch (error) {
        if (!isMarketsError(error, 'LEDGER_FULL') || tries >= FULL_TRIES_MAX) throw error;
        await this.time.wait(FULL_PAUSE_MS, new AbortController().signal);
      }
    }
  }
}
