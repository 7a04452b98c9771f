/**
 * An extract to the partner: the file, its manifest, and the control file last, which says that the others are whole. Key is (date, format, revision),
 * the truth is what stands at the partner. What may pass is tried again with growing pauses; each attempt goes on where the last one broke.
 */
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { EventData } from '../../core/events/event.ts';
import { digestObject } from '../deliver/spool.ts';
import { baseName } from '../deliver/object-paths.ts';
import type { PartnerContext, PartnerDelivery } from './partner-delivery.ts';
import { sendFile, type FileToSend } from './send-file.ts';

const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 30_000;

export interface SentExtract {
  readonly files: EventData['extract_delivered']['files'];
  readonly attempts: number;
  readonly resumed_bytes: number;
  readonly already_there: boolean;
}

/** A failure with the number of attempts that it took. */
export class DeliveryFailure extends Error {
  readonly error: MarketsError;
  readonly attempts: number;

  constructor(error: MarketsError, attempts: number) {
    super(error.message, { cause: error });
    this.name = 'DeliveryFailure';
    this.error = error;
    this.attempts = attempts;
  }
}

/** Throws DeliveryFailure; LEASE_LOST goes through as it is. */
export async function sendExtract(
  context: PartnerContext,
  delivery: PartnerDelivery,
  written: EventData['extract_written'],
): Promise<SentExtract> {
  const resumed = { bytes: 0 };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const files = await filesOf(context, written);
      const already_there = await sendOnce(context, delivery, files, resumed);
      return {
        files: files.map(({ object, bytes, sha256 }) => ({ name: baseName(object), bytes, sha256 })),
        attempts: attempt,
        resumed_bytes: resumed.bytes,
        already_there,
      };
    } catch (error) {
      if (!isMarketsError(error) || error.code === 'LEASE_LOST') throw error;
      if (!error.retryable || attempt >= delivery.attempts || context.signal.aborted) throw new DeliveryFailure(error, attempt);
      context.logger.log('warn', 'delivery_attempt_failed', { object: written.object, attempt, code: error.code });
      await context.sleep(Math.min(PAUSE_MS * 2 ** (attempt - 1), PAUSE_MS_MAX));
    }
  }
}

/** LANE_EXTRACT where our own copy is not what was recorded: that is not sent. */
async function filesOf({ store }: PartnerContext, written: EventData['extract_written']): Promise<readonly FileToSend[]> {
  const digested: FileToSend[] = [];
  for (const object of [written.object, written.manifest, written.control]) {
    const { sizeBytes, sha256 } = await digestObject(store, object);
    digested.push({ object, bytes: sizeBytes, sha256 });
  }
  const [data] = digested;
  if (data?.sha256 === written.sha256 && data.bytes === written.bytes) return digested;
  throw new MarketsError('LANE_EXTRACT', `The extract ${written.object} is not what was recorded, and is not sent.`, {
    expected: `sha256 ${written.sha256}`,
    found: `sha256 ${data?.sha256 ?? 'none'}`,
    next: 'Run `markets audit verify`; the extract can be remade with `markets extract --as-known-at`.',
  });
}

async function sendOnce(
  context: PartnerContext,
  delivery: PartnerDelivery,
  files: readonly FileToSend[],
  resumed: { bytes: number },
): Promise<boolean> {
  const session = await delivery.remote.connect();
  try {
    let alreadyThere = true;
    for (const file of files) {
      const sent = await sendFile(file, { ...delivery, session, store: context.store, assertHeld: context.assertHeld });
      alreadyThere &&= sent.alreadyThere;
      resumed.bytes += sent.resumedBytes;
    }
    return alreadyThere;
  } finally {
    await session.close();
  }
}
