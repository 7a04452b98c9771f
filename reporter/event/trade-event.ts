/** One version of one trade as a source told it: what may owe reports. */
import { createHash } from 'node:crypto';
import type { Value } from '../../core/types/column-type.ts';

export type TradeStatus = 'NEW' | 'AMENDED' | 'CANCELLED';

export interface TradeEvent {
  /** See eventId(). The same for every delivery of the same version of a trade. */
  readonly eventId: string;
  readonly source: string;
  readonly specVersion: string;
  /** MD5 of core/identity/trade-id.ts, lower-case hex. */
  readonly tradeId: string;
  readonly sourceTradeId: string;
  readonly version: bigint;
  readonly status: TradeStatus;
  /** Microseconds UTC. */
  readonly tradeTimeUs: bigint;
  /** In the order of REPORTING_COLUMNS, each in the in-memory form of its type. */
  readonly row: readonly Value[];
  /** sha256 of the message as it came, lower-case hex. */
  readonly contentSha256: string;
  /** ISO 8601 UTC with 6 digits. */
  readonly receivedAt: string;
}

/** The first 32 hex digits of sha256(trade_id, 0, version, 0, status). */
export function eventId(event: Pick<TradeEvent, 'tradeId' | 'version' | 'status'>): string {
  const parts = [event.tradeId, String(event.version), event.status];
  return createHash('sha256').update(parts.join('\0'), 'utf8').digest('hex').slice(0, 32);
}
