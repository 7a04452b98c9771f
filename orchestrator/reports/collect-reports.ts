/**
 * The step `reports` of a cycle: what reporters wrote into their ledgers since the last one becomes part of the record, folded event by event and report by report.
 * Key of a run of entries is its instance and its numbers; the state that follows from events says how far a ledger is, and the lease that nobody else collects.
 * Safe to repeat. A ledger that does not verify stops itself alone.
 */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { CollectedReport, CollectedTradeEvent, ReportEventData } from '../../core/events/report-event.ts';
import { lastAnchor } from '../../core/reports/anchors.ts';
import type { AnyEntry } from '../../core/reports/entry.ts';
import { ADOPTIONS, INSTANCES, readInstanceName } from '../../core/reports/object-names.ts';
import { LEDGER_BEGINNING, readOn, type LedgerPosition } from '../../core/reports/read-on.ts';
import { foldReport } from '../../core/reports/report-state.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { CycleError } from '../run/cycle-result.ts';
import type { Lane } from '../run/lane.ts';

/** Entries of one event; also bounds what one event holds. */
export const ENTRIES_MAX = 4_000;
/** Events of one cycle; what is left comes with the next. */
const ROUNDS_MAX = 500;
const EVENT_ID_LENGTH = 32;

export interface CollectedReports {
  readonly entries: number;
  readonly errors: readonly CycleError[];
}

type Collected = ReportEventData['report_entries_collected'];

/** LEASE_LOST and a journal that cannot be written are thrown. */
export async function collectReports(lane: Lane): Promise<CollectedReports> {
  const errors: CycleError[] = [];
  let [entries, rounds] = [0, 0];
  for (const instance of await openLedgers(lane)) {
    try {
      while (rounds < ROUNDS_MAX && !lane.signal.aborted) {
        rounds += 1;
        const data = await nextEntries(lane, instance);
        if (data === null) break;
        await lane.assertHeld();
        await lane.journal.record([{ type: 'report_entries_collected', at: lane.clock.now(), data }]);
        entries += data.last_seq - data.first_seq + 1;
        if (data.is_complete) break;
      }
    } catch (error) {
      if (!isMarketsError(error) || lane.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
      lane.logger.log('error', 'ledger_not_collected', { instance, code: error.code });
      errors.push({ step: 'reports', object: instance, code: error.code, message: error.message });
    }
  }
  return { entries, errors };
}

/** Ledgers of instances that live or wait for an adopter, that were adopted, or that are known and not complete; in the order of their starts. */
async function openLedgers({ store, state }: Lane): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const [instance, ledger] of state.ledgers) if (!ledger.is_complete) found.add(instance);
  const add = (instance: string | undefined): void => {
    if (instance !== undefined && state.ledgers.get(instance)?.is_complete !== true) found.add(instance);
  };
  for await (const { name } of store.list(INSTANCES)) add(readInstanceName(name));
  for await (const { name } of store.list(ADOPTIONS)) add(name.slice(ADOPTIONS.length).split('/')[0]);
  return [...found].sort();
}

/** null where there is nothing new to say. */
async function nextEntries({ store, state }: Lane, instance: string): Promise<Collected | null> {
  const known: LedgerPosition = state.ledgers.get(instance) ?? LEDGER_BEGINNING;
  // What an instance that came back wrote behind its closing anchor counts for nobody.
  const anchor = await lastAnchor(store, instance);
  const countMax = anchor?.is_closing === true ? anchor.count : Infinity;
  const { position, events, reports } = await fold(store, instance, known, countMax);
  const isComplete = position.seq === countMax;
  if (position.seq === known.seq && !isComplete) return null;
  return {
    instance,
    first_seq: known.seq + 1,
    last_seq: position.seq,
    head_hash: position.hash,
    bytes: position.bytes,
    is_complete: isComplete,
    events: [...events.values()],
    reports: [...reports.values()],
  };
}

interface Folded {
  readonly position: LedgerPosition;
  readonly events: ReadonlyMap<string, CollectedTradeEvent>;
  readonly reports: ReadonlyMap<string, CollectedReport>;
}

async function fold(store: ObjectStore, instance: string, after: LedgerPosition, countMax: number): Promise<Folded> {
  const events = new Map<string, CollectedTradeEvent>();
  const reports = new Map<string, CollectedReport>();
  let last = after;
  if (after.seq < countMax) {
    for await (const { entry, position } of readOn(store, instance, after)) {
      last = position;
      if (entry.kind === 'received' && entry.event_id !== null && !events.has(entry.event_id))
        events.set(entry.event_id, tradeEvent(entry.event_id, entry));
      if (entry.report_id !== null) reports.set(entry.report_id, report(entry.report_id, reports.get(entry.report_id), entry));
      if (position.seq - after.seq >= ENTRIES_MAX || position.seq >= countMax) break;
    }
  }
  return { position: last, events, reports };
}

function tradeEvent(eventId: string, { at, data }: Extract<AnyEntry, { kind: 'received' }>): CollectedTradeEvent {
  const { source, trade_id, trade_version, status, trade_time } = data;
  return { event_id: eventId, source, trade_id, trade_version, status, trade_time, received_at: at };
}

function report(reportId: string, before: CollectedReport | undefined, entry: AnyEntry): CollectedReport {
  const identity = { report_id: reportId, event_id: reportId.slice(0, EVENT_ID_LENGTH), regime: reportId.slice(EVENT_ID_LENGTH + 1) };
  return { ...foldReport(before ?? null, entry), ...identity };
}
