/** Sends what was written and not delivered yet, oldest date first: of each date the newest revision. What is recorded as delivered is not sent again. */
import type { MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import { extractFormatOf } from '../extract/extract-names.ts';
import type { CycleError } from '../run/cycle-result.ts';
import { newestDeliveries } from '../state/newest-deliveries.ts';
import { addDays, addMinutes, dateIn } from '../time/instant.ts';
import type { PartnerContext, PartnerDelivery } from './partner-delivery.ts';
import { DeliveryFailure, sendExtract } from './send-extract.ts';

export interface DeliveredExtracts {
  readonly delivered: readonly string[];
  readonly errors: readonly CycleError[];
}

export async function deliverExtracts(context: PartnerContext, delivery: PartnerDelivery): Promise<DeliveredExtracts> {
  const since = addDays(dateIn(context.clock.now(), 'UTC'), -delivery.catchUpDays);
  const due = newestDeliveries(context.state).filter(
    // The lane's own extract; one in another format is sent by whoever asked for it.
    ({ written, delivered }) => delivered === null && written.date >= since && extractFormatOf(written.object) === 'jsonl',
  );
  const delivered: string[] = [];
  const errors: CycleError[] = [];
  for (const { written } of due) {
    if (context.signal.aborted) break;
    const error = await deliverExtract(context, delivery, written);
    if (error === null) delivered.push(written.object);
    else errors.push(error);
    // A server that is away for one extract is away for all.
    if (error?.code === 'REMOTE_UNAVAILABLE') break;
  }
  return { delivered, errors };
}

/** Sends one and records how it ended. null where the partner has it. */
export async function deliverExtract(
  context: PartnerContext,
  delivery: PartnerDelivery,
  written: EventData['extract_written'],
): Promise<CycleError | null> {
  const startedMs = performance.now();
  const about = { date: written.date, revision: written.revision, object: written.object, partner: delivery.partner };
  try {
    const sent = await sendExtract(context, delivery, written);
    const at = context.clock.now();
    const receipt_due_at = delivery.receipts === null ? null : addMinutes(at, delivery.receipts.timeoutMinutes);
    const duration_ms = Math.round(performance.now() - startedMs);
    const data = { ...about, ...sent, verified: delivery.verify, receipt_due_at, duration_ms };
    await context.assertHeld();
    await context.journal.record([{ type: 'extract_delivered', at, data }]);
    context.logger.log('info', 'extract_delivered', { object: written.object, attempts: sent.attempts, duration_ms });
    return null;
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error;
    const { code } = error.error;
    context.logger.log('error', 'extract_not_delivered', { object: written.object, code, attempts: error.attempts });
    const data = { ...about, code, attempts: error.attempts };
    await context.assertHeld();
    await context.journal.record([{ type: 'extract_delivery_failed', at: context.clock.now(), data }]);
    return { step: 'deliver_extract', object: written.object, code, message: messageOf(error.error) };
  }
}

function messageOf(error: MarketsError): string {
  return error.found === undefined ? error.message : `${error.message} Found: ${error.found}.`;
}
