/**
 * The state of every event and report, folded from all ledgers. The fold lies in a temporary table on the disk: memory does not grow with history. Ledgers are
 * held to their chains while they are read; LEDGER_DAMAGED where one does not verify.
 */
import { DatabaseSync } from 'node:sqlite';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { lastAnchor } from '../../core/reports/anchors.ts';
import type { AnyEntry, LedgerData } from '../../core/reports/entry.ts';
import { ledgerInstances, readLedger } from '../../core/reports/read-ledger.ts';
import { acceptedAt, foldReport, orderOf, stateOf, type ReportFold, type ReportState } from '../../core/reports/report-state.ts';

/** Of the table's own memory. */
const CACHE_KIB = 32 * 1024;

export interface EventState {
  readonly event_id: string;
  readonly source: string;
  readonly trade_id: string;
  readonly trade_version: string;
  readonly status: string;
  readonly trade_time: string;
  /** First arrival. */
  readonly received_at: string;
  /** Nothing is left to do for it. */
  readonly is_finished: boolean;
}

export interface ReportStanding {
  readonly report_id: string;
  readonly event_id: string;
  readonly regime: string;
  readonly state: ReportState;
  readonly trn: string | null;
  readonly due_at: string | null;
  readonly tries: number;
  readonly first_submitted_at: string | null;
  readonly accepted_at: string | null;
  readonly codes: readonly string[];
  readonly reason: string | null;
  /** Replies that say otherwise than what stands. */
  readonly contradicted: number;
}

export interface LedgersState {
  readonly instances: number;
  readonly entries: number;
  /** By the code of what intake turned away. */
  readonly refused: Readonly<Record<string, number>>;
  /** In the order of event_id. */
  events(): Generator<EventState>;
  /** In the order of report_id. */
  reports(): Generator<ReportStanding>;
  close(): void;
}

export async function readState(store: ObjectStore): Promise<LedgersState> {
  const fold = new StateFold();
  const refused = new Map<string, number>();
  let [instances, entries] = [0, 0];
  try {
    for await (const instance of ledgerInstances(store)) {
      instances += 1;
      const anchor = await lastAnchor(store, instance);
      // What an instance that came back wrote behind its closing anchor counts for nobody.
      const bounds = anchor?.is_closing === true ? { countMin: anchor.count, countMax: anchor.count } : { countMin: anchor?.count ?? 0 };
      for await (const entry of readLedger(store, instance, bounds)) {
        entries += 1;
        fold.take(entry);
        if (entry.kind === 'refused') refused.set(entry.data.code, (refused.get(entry.data.code) ?? 0) + entry.data.count);
      }
    }
  } catch (error) {
    fold.close();
    throw error;
  }
  return {
    instances,
    entries,
    refused: Object.fromEntries([...refused].sort(([left], [right]) => (left < right ? -1 : 1))),
    events: () => fold.events(),
    reports: () => fold.reports(),
    close: () => fold.close(),
  };
}

interface EventFold {
  readonly received: (Omit<LedgerData['received'], 'message'> & { readonly at: string }) | null;
  /** Place of the last entry that opened or finished it. */
  readonly order: string;
  readonly is_finished: boolean;
}

class StateFold {
  private readonly database: DatabaseSync;
  private readonly getEvent: ReturnType<DatabaseSync['prepare']>;
  private readonly putEvent: ReturnType<DatabaseSync['prepare']>;
  private readonly getReport: ReturnType<DatabaseSync['prepare']>;
  private readonly putReport: ReturnType<DatabaseSync['prepare']>;

  constructor() {
    // A database without a name is a file that nobody else sees, and is gone when it is closed.
    this.database = new DatabaseSync('');
    this.database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = FILE; BEGIN`);
    for (const table of ['event', 'report'])
      this.database.exec(`CREATE TABLE ${table} (id TEXT PRIMARY KEY, fold TEXT NOT NULL) WITHOUT ROWID`);
    this.getEvent = this.database.prepare('SELECT fold FROM event WHERE id = ?');
    this.putEvent = this.database.prepare('INSERT OR REPLACE INTO event VALUES (?, ?)');
    this.getReport = this.database.prepare('SELECT fold FROM report WHERE id = ?');
    this.putReport = this.database.prepare('INSERT OR REPLACE INTO report VALUES (?, ?)');
  }

  take(entry: AnyEntry): void {
    if (entry.event_id !== null && LIFE_KINDS.has(entry.kind)) this.takeLife(entry.event_id, entry);
    if (entry.report_id === null) return;
    const before = this.getReport.get(entry.report_id);
    const fold = foldReport(before === undefined ? null : (JSON.parse(String(before['fold'])) as ReportFold), entry);
    this.putReport.run(entry.report_id, JSON.stringify(fold));
  }

  *events(): Generator<EventState> {
    for (const row of this.database.prepare('SELECT id, fold FROM event ORDER BY id').iterate()) {
      const { received, is_finished: isFinished } = JSON.parse(String(row['fold'])) as EventFold;
      // Taken on or replayed, while the ledger that received it is not here: said by nobody but a damaged store.
      if (received === null) continue;
      const { source, trade_id, trade_version, status, trade_time, at } = received;
      yield { event_id: String(row['id']), source, trade_id, trade_version, status, trade_time, received_at: at, is_finished: isFinished };
    }
  }

  *reports(): Generator<ReportStanding> {
    for (const row of this.database.prepare('SELECT id, fold FROM report ORDER BY id').iterate()) {
      const id = String(row['id']);
      const eventId = id.slice(0, EVENT_ID_LENGTH);
      const fold = JSON.parse(String(row['fold'])) as ReportFold;
      const status = this.statusOf(eventId);
      yield {
        report_id: id,
        event_id: eventId,
        regime: id.slice(EVENT_ID_LENGTH + 1),
        state: stateOf(fold, status),
        trn: fold.trn,
        due_at: fold.due_at,
        tries: fold.tries,
        first_submitted_at: fold.first_submitted_at,
        accepted_at: acceptedAt(fold, status),
        codes: fold.codes,
        reason: fold.reason,
        contradicted: fold.contradicted,
      };
    }
  }

  close(): void {
    this.database.close();
  }

  private takeLife(eventId: string, entry: AnyEntry): void {
    const row = this.getEvent.get(eventId);
    const before = row === undefined ? null : (JSON.parse(String(row['fold'])) as EventFold);
    const order = orderOf(entry);
    const isLater = order > (before?.order ?? '');
    const fold: EventFold = {
      received: entry.kind === 'received' ? firstReceived(before, entry.at, entry.data) : (before?.received ?? null),
      order: isLater ? order : (before?.order ?? ''),
      is_finished: isLater ? entry.kind === 'finished' : (before?.is_finished ?? false),
    };
    this.putEvent.run(eventId, JSON.stringify(fold));
  }

  private statusOf(eventId: string): string | null {
    const row = this.getEvent.get(eventId);
    return row === undefined ? null : ((JSON.parse(String(row['fold'])) as EventFold).received?.status ?? null);
  }
}

const EVENT_ID_LENGTH = 32;
const LIFE_KINDS: ReadonlySet<string> = new Set(['received', 'adopted', 'replayed', 'finished']);

function firstReceived(before: EventFold | null, at: string, data: LedgerData['received']): EventFold['received'] {
  const known = before?.received ?? null;
  if (known !== null && known.at <= at) return known;
  const { source, spec_version, trade_id, trade_version, status, trade_time, via, sha256, form } = data;
  return { source, spec_version, trade_id, trade_version, status, trade_time, via, sha256, form, at };
}
