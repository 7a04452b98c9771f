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

/** Of each event every content that came, each once: of two under one version it is not for the ledger to say which stands. */
export async function* findAllReceived(store: ObjectStore, eventIds: ReadonlySet<string>): AsyncGenerator<FoundReceived> {
  const seen = new Set<string>();
  for await (const instance of ledgerInstances(store)) {
    for await (const found of receivedIn(store, instance, eventIds)) {
      const content = contentOf(found);
      if (seen.has(content)) continue;
      seen.add(content);
      yield found;
    }
  }
}

/** Those of the events that came to this instance, each content once, in the order in which they came. */
export async function* receivedIn(
  store: ObjectStore,
  instance: string,
  eventIds: ReadonlySet<string>,
  countMax = Infinity,
): AsyncGenerator<FoundReceived> {
  if (eventIds.size === 0) return;
  const seen = new Set<string>();
  for await (const entry of readLedger(store, instance, { countMax })) {
    if (entry.kind !== 'received' || entry.event_id === null || !eventIds.has(entry.event_id)) continue;
    const found = { eventId: entry.event_id, received: entry.data, receivedAt: entry.at, instance };
    const content = contentOf(found);
    if (seen.has(content)) continue;
    seen.add(content);
    yield found;
  }
}

/** The same for the same content of the same event, wherever it lies. */
export function contentOf({ eventId, received }: FoundReceived): string {
  return `${eventId} ${received.sha256}`;
}
