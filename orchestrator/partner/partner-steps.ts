/** The partner, as a cycle drives it: send what is due, then look for receipts. What came before stands whatever happens here. */
import type { CycleError } from '../run/cycle-result.ts';
import type { Lane } from '../run/lane.ts';
import type { Stopwatch } from '../run/stopwatch.ts';
import { deliverExtracts } from './deliver-extracts.ts';
import type { PartnerDelivery } from './partner-delivery.ts';
import { receiveReceipts } from './receive-receipts.ts';

export interface PartnerOutcome {
  readonly delivered: readonly string[];
  readonly errors: readonly CycleError[];
}

export async function partnerSteps(
  lane: Lane,
  { partner }: { readonly partner: PartnerDelivery | null },
  stopwatch: Stopwatch,
): Promise<PartnerOutcome> {
  if (partner === null || lane.signal.aborted) return { delivered: [], errors: [] };
  const { delivered, errors } = await stopwatch.time(
    'deliver_extract',
    async () => await deliverExtracts(lane, partner),
    (outcome) => outcome.delivered.length,
  );
  // A server that was away a moment ago is not asked once more.
  const isAway = errors.some(({ code }) => code === 'REMOTE_UNAVAILABLE');
  const unread = isAway ? [] : await stopwatch.time('receipts', async () => await receiveReceipts(lane, partner));
  return { delivered, errors: [...errors, ...unread] };
}
