/** All deliveries of a cycle, some at once. One bad file never stops another; a lost lease or a broken chain stops all. */
import pLimit from 'p-limit';
import { isMarketsError, type MarketsError } from '../../core/errors/markets-error.ts';
import type { Delivery } from '../gate/delivery.ts';
import type { CycleError, FileOutcome } from '../run/cycle-result.ts';
import type { Lane } from '../run/lane.ts';
import { keyOf } from '../state/lane-state.ts';
import { deliver, type Delivered } from './deliver.ts';
import { createKeyedLock } from './keyed-lock.ts';

export interface DeliveredAll {
  readonly files: readonly FileOutcome[];
  readonly errors: readonly CycleError[];
}

export async function deliverAll(
  lane: Lane,
  deliveries: readonly Delivery[],
  progress: (done: number, total: number, note: string) => void,
): Promise<DeliveredAll> {
  const limit = pLimit(lane.limits.files_at_once);
  const sizes = createKeyedLock();
  const errors: CycleError[] = [];
  let done = 0;
  const work = deliveries.map(async (delivery) => {
    // Files of one source and one size may be equal: they go one after the other in the order of their names, so that in every
    // run the same one is the first and the others are its duplicates.
    const outcome = await sizes.run(keyOf(delivery.spec.name, String(delivery.info.sizeBytes)), async () =>
      limit(async () => await deliverOne(lane, delivery, errors)),
    );
    progress((done += 1), deliveries.length, delivery.object);
    return outcome;
  });
  const settled = await Promise.allSettled(work);
  const stopped = settled.find((one) => one.status === 'rejected');
  if (stopped !== undefined) throw stopped.reason;
  return { files: settled.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : [])), errors };
}

async function deliverOne(lane: Lane, delivery: Delivery, errors: CycleError[]): Promise<FileOutcome | null> {
  const { spec, object } = delivery;
  if (lane.signal.aborted) return null;
  try {
    const delivered = await deliver(lane, delivery);
    lane.logger.log('info', 'file_delivered', { source: spec.name, object, outcome: delivered.kind, load_id: delivered.loadId });
    return outcomeOf(delivery, delivered);
  } catch (error) {
    if (!isMarketsError(error) || lane.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
    // Changed since it was listed: the next cycle sees the new generation.
    if (error.code === 'STORE_PRECONDITION' || error.code === 'STORE_NOT_FOUND') {
      lane.logger.log('info', 'object_still_changing', { source: spec.name, object });
      return null;
    }
    lane.logger.log('error', 'file_not_delivered', { source: spec.name, object, code: error.code, message: error.message });
    errors.push({ step: 'deliver', object, code: error.code, message: messageOf(error) });
    return { source: spec.name, object, outcome: 'error', load_id: null, records_in: 0, staged: 0, quarantined: 0, codes: [error.code] };
  }
}

function messageOf(error: MarketsError): string {
  return error.cause instanceof Error ? `${error.message} ${error.cause.message}` : error.message;
}

function outcomeOf({ spec, object }: Delivery, delivered: Delivered): FileOutcome {
  const none = { records_in: 0, staged: 0, quarantined: 0, codes: [] };
  if (delivered.kind !== 'judged') {
    return { source: spec.name, object, outcome: delivered.kind, load_id: delivered.loadId, ...none };
  }
  const { report } = delivered;
  return {
    source: spec.name,
    object,
    outcome: delivered.status,
    load_id: delivered.loadId,
    records_in: report.records_in,
    staged: report.staged,
    quarantined: report.quarantined,
    codes: Object.keys(report.findings_by_code),
  };
}
