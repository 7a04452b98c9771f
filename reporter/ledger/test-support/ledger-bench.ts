/** A folder or a memory store with ledgers in it, and clocks that a test moves. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { createMemoryObjectStore } from '../../../core/adapters/memory-object-store.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { LedgerData } from '../../../core/reports/entry.ts';
import type { NewEntry } from '../ledger.ts';
import { openLedger, type LedgerOptions } from '../open-ledger.ts';
import type { Ledger } from '../ledger.ts';
import type { TradeStep } from '../trade-steps.ts';
import { sha256Of } from '../../../core/stream/sha256-of.ts';
import type { Time } from '../../../core/time/time.ts';

const START_MS = Date.UTC(2023, 0, 30, 6);

/** Time stands still until advance(). */
export class MovedTime implements Time {
  private ms = 0;
  private readonly sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  nowMs(): number {
    return START_MS + this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const sleeper = {
        untilMs: this.ms + milliseconds,
        wake: () => {
          this.sleepers.delete(sleeper);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal.addEventListener('abort', sleeper.wake, { once: true });
    });
  }

  /** Wakes whoever waits for less, and lets what they do in memory come to its end. */
  async advance(milliseconds: number): Promise<void> {
    this.ms += milliseconds;
    for (const sleeper of this.sleepers) if (sleeper.untilMs <= this.ms) sleeper.wake();
    for (let turns = 0; turns < 20; turns += 1) await turn();
  }

  /** Without anybody waking: a process that was stopped. */
  stand(milliseconds: number): void {
    this.ms += milliseconds;
  }
}

export interface LedgerBench {
  readonly store: ObjectStore;
  readonly time: MovedTime;
  /** '' where the store is in memory. */
  readonly folder: string;
  open(number: number, options?: Partial<LedgerOptions>): Promise<Ledger>;
  close(): Promise<void>;
}

export async function openBench(kind: 'folder' | 'memory'): Promise<LedgerBench> {
  const time = new MovedTime();
  const folder = kind === 'folder' ? await mkdtemp(join(tmpdir(), 'ledger-')) : '';
  const clockMs = (): number => time.nowMs();
  const store =
    kind === 'folder' ? datedByClock(createFolderObjectStore(folder, { clockMs }), clockMs) : createMemoryObjectStore({ clockMs });
  return {
    store,
    time,
    folder,
    open: async (number, options = {}) =>
      await openLedger({ store, time, instance: instanceOf(number), ...options, limits: { gatherMs: 0, ...options.limits } }),
    close: async () => {
      if (folder !== '') await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Files are as old as this machine says; here, as the moved clock says. */
function datedByClock(store: ObjectStore, clockMs: () => number): ObjectStore {
  const written = new Map<string, number>();
  return {
    ...store,
    write: async (name, content, condition) => {
      const info = await store.write(name, content, condition);
      written.set(name, clockMs());
      return info;
    },
    stat: async (name) => {
      const info = await store.stat(name);
      return info === undefined ? undefined : { ...info, updatedAtMs: written.get(name) ?? info.updatedAtMs };
    },
  };
}

export function instanceOf(number: number): string {
  return `20230130T060000-${String(number).padStart(8, '0')}`;
}

export function eventOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function received(number: number): NewEntry<'received'> {
  const message = Buffer.from(`{"trade":"TRD-${number}"}`);
  const data: LedgerData['received'] = {
    source: 'trade_events',
    spec_version: 'v1',
    trade_id: eventOf(number),
    trade_version: '1',
    status: 'NEW',
    trade_time: '2023-01-30T05:59:00.000000Z',
    via: 'push',
    sha256: sha256Of(message),
    message: message.toString('base64'),
    form: 'raw',
  };
  return { kind: 'received', eventId: eventOf(number), reportId: null, data };
}

export function finished(number: number): NewEntry<'finished'> {
  return { kind: 'finished', eventId: eventOf(number), reportId: null, data: {} };
}

export function stepOf(number: number, seq = 1, instance = instanceOf(1)): TradeStep {
  const payload = `<Document>${number}/${seq}</Document>`;
  return {
    trade_id: eventOf(number),
    regime: 'rts_22',
    seq,
    report_id: `${eventOf(number)}-rts_22`,
    event_id: eventOf(number),
    trade_version: '1',
    content_sha256: sha256Of(Buffer.from('row')),
    action: 'NEWT',
    trn: `RTS22${eventOf(number).toUpperCase()}1`,
    regime_version: sha256Of(Buffer.from('regime')),
    references: [],
    content_type: 'application/xml',
    payload,
    payload_sha256: sha256Of(Buffer.from(payload)),
    due_at: '2023-01-31T22:59:00.000000Z',
    instance,
    at: '2023-01-30T06:00:00.000000Z',
  };
}
