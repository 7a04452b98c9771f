/**
 * Transaction reference number: the idempotency key of a report, of at most 52 upper-case letters and digits. The same on every try, by every instance,
 * and in a cancellation that of the report which is cancelled.
 */
import type { ReportAction } from './regime.ts';

export function transactionReference(shortCode: string, tradeId: string, version: bigint): string {
  return `${shortCode}${tradeId.toUpperCase()}${version}`;
}

/** What makes a try idempotent at the regulator: a cancellation shares its TRN with what it cancels, so the action belongs to it. */
export function idempotencyKey(trn: string, action: ReportAction): string {
  return `${trn}-${action}`;
}
