/**
 * Entries are put down in groups: what comes while a group is being written waits for the next one, so that one sync serves all of it. A group that fails
 * poisons the log: its bytes may or may not be there, so nothing may be chained behind them.
 */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { EntryLog } from './entry-log.ts';
import { entryLine } from '../../core/reports/entry-line.ts';
import type { LedgerKind } from '../../core/reports/entry.ts';
import { momentOf, type Time } from '../../core/time/time.ts';
import type { NewEntry, Placed } from './ledger.ts';

export interface GroupLimits {
  /** How long the first entry of a group waits for others, at most. */
  readonly gatherMs: number;
  /** Of one group. */
  readonly groupBytesMax: number;
  readonly waitingEntriesMax: number;
  readonly waitingBytesMax: number;
}

interface Waiting {
  readonly line: string;
  readonly placed: Placed;
  readonly done: (placed: Placed) => void;
  readonly failed: (error: MarketsError) => void;
}

export interface GroupOptions {
  readonly log: EntryLog;
  readonly instance: string;
  readonly time: Time;
  readonly limits: GroupLimits;
  /** Throws where the instance may write no more; asked before every group. */
  readonly assertAlive: () => void;
  readonly onFailure: (error: MarketsError) => void;
}

export class GroupCommit {
  private readonly options: GroupOptions;
  private readonly neverAborted = new AbortController().signal;
  private readonly queue: Waiting[] = [];
  private waitingBytes = 0;
  private waitingEntries = 0;
  private last: Placed = { seq: 0, hash: '' };
  private stored: Placed = { seq: 0, hash: '' };
  private fault: MarketsError | null = null;
  private work: Promise<void> | null = null;

  constructor(options: GroupOptions) {
    this.options = options;
  }

  get failure(): MarketsError | null {
    return this.fault;
  }

  /** The last durable entry; seq 0 before the first. */
  get head(): Placed {
    return this.stored;
  }

  get waiting(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.waitingEntries, bytes: this.waitingBytes };
  }

  async append<K extends LedgerKind>(entry: NewEntry<K>): Promise<Placed> {
    if (this.fault !== null) throw this.fault;
    const { limits, instance, time } = this.options;
    if (this.waitingEntries >= limits.waitingEntriesMax || this.waitingBytes >= limits.waitingBytesMax) throw this.full();
    const seq = this.last.seq + 1;
    const { line, hash } = entryLine({
      seq,
      at: momentOf(time.nowMs()),
      instance,
      event_id: entry.eventId,
      report_id: entry.reportId,
      kind: entry.kind,
      data: entry.data,
      prev_hash: this.last.hash,
    });
    this.last = { seq, hash };
    this.waitingEntries += 1;
    this.waitingBytes += line.length;
    const result = new Promise<Placed>((done, failed) => this.queue.push({ line, placed: this.last, done, failed }));
    this.work ??= this.drain();
    return await result;
  }

  /** When what waits is durable or has failed. */
  async settled(): Promise<void> {
    while (this.work !== null) await this.work;
  }

  fail(error: unknown): void {
    if (this.fault !== null) return;
    this.fault = failure(error, this.options.instance);
    for (const { failed } of this.queue.splice(0)) failed(this.fault);
    this.options.onFailure(this.fault);
  }

  private async drain(): Promise<void> {
    const { limits, time } = this.options;
    // All that is appended in the same turn goes together.
    await Promise.resolve();
    while (this.queue.length > 0 && this.fault === null) {
      if (limits.gatherMs > 0 && this.waitingBytes < limits.groupBytesMax) await time.wait(limits.gatherMs, this.neverAborted);
      await this.write(this.take());
    }
    this.work = null;
  }

  private take(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { line } of this.queue) {
      if (count > 0 && bytes + line.length > this.options.limits.groupBytesMax) break;
      bytes += line.length;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    const first = group[0];
    const final = group.at(-1);
    if (first === undefined || final === undefined) return;
    try {
      this.options.assertAlive();
      await this.options.log.write(first.placed.seq, Buffer.from(group.map(({ line }) => line).join('')));
      // Entries that became durable after others gave this instance up would be told of to nobody.
      this.options.assertAlive();
      this.stored = final.placed;
      for (const { placed, done } of group) done(placed);
    } catch (error) {
      this.fail(error);
      const fault = this.fault ?? failure(error, this.options.instance);
      for (const { failed } of group) failed(fault);
    }
    this.waitingEntries -= group.length;
    for (const { line } of group) this.waitingBytes -= line.length;
  }

  private full(): MarketsError {
    const { waitingEntriesMax, waitingBytesMax } = this.options.limits;
    return new MarketsError('LEDGER_FULL', 'Too many entries wait to be written to the ledger.', {
      expected: `fewer than ${waitingEntriesMax} entries and ${waitingBytesMax} bytes`,
      found: `${this.waitingEntries} entries, ${this.waitingBytes} bytes`,
      next: 'Try again; if it stays so, look at the disk or the object store.',
    });
  }
}

function failure(cause: unknown, instance: string): MarketsError {
  if (cause instanceof MarketsError && cause.code === 'LEDGER_FAILED') return cause;
  return new MarketsError('LEDGER_FAILED', `The ledger of ${instance} cannot be written.`, {
    cause,
    found: cause instanceof Error ? cause.message : String(cause),
    next: 'Look at the room on the disk or at the object store, and start the process anew: another instance takes on what is unfinished.',
  });
}
