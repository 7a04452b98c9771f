/** Ledgers of a reporter as it writes them into objects, for tests of what a cycle makes of them. */
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { writeAnchor } from '../../core/reports/anchors.ts';
import { entryLine } from '../../core/reports/entry-line.ts';
import type { LedgerData, LedgerKind } from '../../core/reports/entry.ts';
import { instanceName, logName, segmentName } from '../../core/reports/object-names.ts';

export interface ToldTrade {
  readonly event: string;
  readonly status?: 'NEW' | 'AMENDED' | 'CANCELLED';
  readonly trade_time?: string;
}

export const REGIME = 'rts_22';

export function eventIdOf(word: string): string {
  return createHash('md5').update(word).digest('hex');
}

export class ToldLedger {
  private readonly store: ObjectStore;
  readonly instance: string;
  private seq = 0;
  private hash = '';
  private file = '';

  constructor(store: ObjectStore, number = 1) {
    this.store = store;
    this.instance = `20230130T060000-${String(number).padStart(8, '0')}`;
  }

  async begin(): Promise<this> {
    await this.store.write(instanceName(this.instance), Buffer.from('{}'), { overwrite: true });
    return this;
  }

  async received(at: string, { event, status = 'NEW', trade_time = at }: ToldTrade): Promise<void> {
    const bytes = Buffer.from(event);
    await this.tell(at, event, 'received', null, {
      source: 'trade_events',
      spec_version: 'v1',
      trade_id: eventIdOf(`trade ${event}`),
      trade_version: '1',
      status,
      trade_time,
      via: 'push',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      message: bytes.toString('base64'),
      form: 'raw',
    });
  }

  async report<K extends LedgerKind>(at: string, event: string, kind: K, data: LedgerData[K]): Promise<void> {
    await this.tell(at, event, kind, `${eventIdOf(event)}-${REGIME}`, data);
  }

  /** Claimed and submitted. */
  async submitted(at: string, event: string, due_at: string): Promise<void> {
    await this.report(at, event, 'claimed', { regime: REGIME, step: 1, action: 'NEWT', trn: `T${event.toUpperCase()}`, due_at });
    await this.report(at, event, 'submitted', { step: 1, action: 'NEWT', try: 1, sha256: 'a'.repeat(64) });
  }

  async acknowledged(at: string, event: string): Promise<void> {
    await this.report(at, event, 'acknowledged', { step: 1, action: 'NEWT', codes: [] });
  }

  async close(at: string): Promise<void> {
    await writeAnchor(this.store, null, {
      instance: this.instance,
      at,
      by: this.instance,
      count: this.seq,
      head_hash: this.hash,
      torn_bytes: 0,
      is_closing: true,
    });
  }

  private async tell<K extends LedgerKind>(
    at: string,
    event: string,
    kind: K,
    reportId: string | null,
    data: LedgerData[K],
  ): Promise<void> {
    const unhashed = {
      seq: this.seq + 1,
      at,
      instance: this.instance,
      event_id: eventIdOf(event),
      report_id: reportId,
      kind,
      data,
      prev_hash: this.hash,
    };
    const { line, hash } = entryLine(unhashed);
    this.seq += 1;
    this.hash = hash;
    this.file += line;
    if (this.store.localPath(logName(this.instance)) === undefined) {
      await this.store.write(segmentName(this.instance, this.seq), Buffer.from(line), { ifAbsent: true });
    } else await this.store.write(logName(this.instance), Buffer.from(this.file), { overwrite: true });
  }
}
