/** What an event says, whatever message it came in: two deliveries of one version that say the same are one, others are a conflict. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/events/canonical-json.ts';
import { printValue } from '../../core/types/print-value.ts';
import { REPORTING_COLUMNS } from './reporting-columns.ts';
import type { TradeEvent } from './trade-event.ts';

/** 64 lower-case hex digits over the status and the canonical row. */
export function contentHash({ status, row }: Pick<TradeEvent, 'status' | 'row'>): string {
  const cells = REPORTING_COLUMNS.map(({ type }, index) => printValue(type, row[index] ?? null));
  return createHash('sha256')
    .update(canonicalJson([status, cells]))
    .digest('hex');
}
