/** What intake hands over: an event that was read, and the message it was read from, which the ledger keeps so that it can be judged again. */
import type { TradeEvent } from '../event/trade-event.ts';

export type ArrivalWay = 'push' | 'pull' | 'kafka' | 'events' | 'replay';

export interface Arrival {
  readonly event: TradeEvent;
  readonly message: Uint8Array;
  /** raw: as the source wrote it; record: the checked record of the bridge. */
  readonly form: 'raw' | 'record';
  readonly via: ArrivalWay;
}

/**
 * received: durable in the ledger, or known already; the sender may forget it. full: too much is under way, the sender tries again later.
 * draining: this instance ends, another takes it.
 */
export type Acceptance = 'received' | 'full' | 'draining';
