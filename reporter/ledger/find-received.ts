/** What an event was when it came: its `received` entry, wherever it lies. Reads ledgers from their beginning: for replays and adoptions, not for every event. */
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { LedgerData } from '../../core/reports/entry.ts';
import { ledgerInstances, readLedger } from '../../core/reports/read-ledger.ts';

export interface FoundReceived {
  readonly eventId: string;
  readonly received: LedgerData['received'];
  readonly receivedAt: string;
  /** Whose ledger it lies in. */
  readonly instance: string;
}

/** The first one; null where nobody received such an event. LEDGER_DAMAGED where a ledger on the way cannot be read. */
export async function findReceived(store: ObjectStore, eventId: string): Promise<FoundReceived | null> {
  for await (const found of findAllReceived(store, new Set([eventId]))) return found;
  return null;
}

/** Of each event the first one. */
export async function* findAllReceived(store: ObjectStore, eventIds: ReadonlySet<string>): AsyncGenerator<FoundReceived> {
  const left = new Set(eventIds);
  for await (const instance of ledgerInstances(store)) {
    for await (const found of receivedIn(store, instance, left)) {
      left.delete(found.eventId);
      yield found;
    }
    if (left.size === 0) return;
  }
}

/** Those of the events that came to this instance, each once, in the order in which they came. */
export async function* receivedIn(
  store: ObjectStore,
  instance: string,
  eventIds: ReadonlySet<string>,
  countMax = Infinity,
): AsyncGenerator<FoundReceived> {
  const wanted = new Set(eventIds);
  if (wanted.size === 0) return;
  for await (const entry of readLedger(store, instance, { countMax })) {
    if (entry.kind !== 'received' || entry.event_id === null || !wanted.delete(entry.event_id)) continue;
    yield { eventId: entry.event_id, received: entry.data, receivedAt: entry.at, instance };
    if (wanted.size === 0) return;
  }
}
