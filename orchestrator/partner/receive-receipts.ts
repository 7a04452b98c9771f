/**
 * Looks for the partner's receipts of what was delivered and not accepted yet. Each is kept with the extract, and recorded once for each content;
 * alerts follow from what is recorded, and from what is not there in time.
 */
import { createHash } from 'node:crypto';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { remotePath, type RemoteSession } from '../../core/ports/remote-folder.ts';
import { extractFolder } from '../extract/extract-names.ts';
import type { CycleError } from '../run/cycle-result.ts';
import type { DeliveryState } from '../state/lane-state.ts';
import { newestDeliveries } from '../state/newest-deliveries.ts';
import type { PartnerContext, PartnerDelivery, ReceiptRules } from './partner-delivery.ts';
import { receiptName, receiptProblems } from './receipt.ts';

const RECEIPT_BYTES_MAX = 65_536;
/** A run looks for so many, newest date first; older ones stay as they are. */
const RECEIPTS_A_RUN_MAX = 100;

/** Errors of the partner's server; whether a receipt is late is not decided here. */
export async function receiveReceipts(context: PartnerContext, delivery: PartnerDelivery): Promise<readonly CycleError[]> {
  const { receipts } = delivery;
  const awaited = newestDeliveries(context.state).filter(
    ({ delivered, receipt }) => delivered !== null && delivered.receipt_due_at !== null && receipt?.verdict !== 'accepted',
  );
  if (receipts === null || awaited.length === 0) return [];
  try {
    const session = await delivery.remote.connect();
    try {
      for (const one of awaited.slice(-RECEIPTS_A_RUN_MAX)) await receiveOne(context, delivery, receipts, session, one);
    } finally {
      await session.close();
    }
    return [];
  } catch (error) {
    if (!isMarketsError(error) || context.journal.isBroken() || error.code === 'LEASE_LOST') throw error;
    context.logger.log('warn', 'receipts_not_read', { code: error.code });
    return [{ step: 'receipts', object: null, code: error.code, message: error.message }];
  }
}

async function receiveOne(
  { store, journal, clock, assertHeld, logger }: PartnerContext,
  { partner }: PartnerDelivery,
  { pattern, folder }: ReceiptRules,
  session: RemoteSession,
  { written, receipt: before }: DeliveryState,
): Promise<void> {
  const name = receiptName(pattern, written);
  const bytes = await readReceipt(session, remotePath(folder, name));
  if (bytes === null) return;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (before?.sha256 === sha256) return;
  const kept = `${extractFolder(written.date)}receipts/${sha256.slice(0, 16)}-${name}`;
  await store.write(kept, bytes, { ifAbsent: true }).catch((error: unknown) => {
    // The name holds the digest: what is there is the same.
    if (!isMarketsError(error, 'STORE_EXISTS')) throw error;
  });
  const problems = receiptProblems(bytes.toString('utf8'), written);
  const verdict = problems.length === 0 ? 'accepted' : 'contradicts';
  await assertHeld();
  const about = { date: written.date, revision: written.revision, object: written.object, partner };
  await journal.record([{ type: 'extract_receipt', at: clock.now(), data: { ...about, receipt: kept, sha256, verdict, problems } }]);
  logger.log(verdict === 'accepted' ? 'info' : 'error', 'receipt_read', { object: written.object, verdict });
}

/** null where it is not there yet. One that is too long is cut, and is then unreadable or says what its beginning says. */
async function readReceipt(session: RemoteSession, path: string): Promise<Buffer | null> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of session.read(path, RECEIPT_BYTES_MAX)) chunks.push(chunk);
    // A receipt that is just being written is empty at first.
    return chunks.length === 0 ? null : Buffer.concat(chunks);
  } catch (error) {
    if (isMarketsError(error, 'REMOTE_NOT_FOUND')) return null;
    throw error;
  }
}
