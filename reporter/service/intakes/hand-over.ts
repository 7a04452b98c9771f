/** A message of the bus or of the log until it is done: durable, no trade, or kept as a dead letter. What there is no room for is offered again. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { Attributes, DeadLetterReason } from '../../../core/stream/envelope.ts';
import type { Time } from '../../../core/time/time.ts';
import type { IncomingMessage, Receiver } from '../receive.ts';
import type { RefusalAccount } from '../refusal-account.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface HandOverParts {
  readonly receiver: Receiver;
  readonly refusals: RefusalAccount;
  readonly deadLetters: DeadLetters;
  readonly time: Time;
  readonly fullWaitMs: number;
  /** Aborted when this instance ends. */
  readonly signal: AbortSignal;
}

export interface HandedMessage extends IncomingMessage {
  readonly spec: Pick<SourceSpec, 'name' | 'stream'>;
  readonly attributes: Attributes;
}

/** not_done: this instance ends first; another gets the message. */
export type HandedOver = 'done' | 'not_done';

export async function handOver(parts: HandOverParts, handed: HandedMessage): Promise<HandedOver> {
  for (;;) {
    const received = await parts.receiver.receive(handed);
    if (!('refused' in received)) return 'done';
    const { refused: code, findings } = received;
    parts.refusals.add(code);
    if (code === 'MESSAGE_REFUSED' || code === 'MESSAGE_TOO_LARGE') {
      await keepDeadLetter(parts, handed, code === 'MESSAGE_REFUSED' ? 'refused' : 'too_large', findings);
      return 'done';
    }
    if (code === 'DRAINING') return 'not_done';
    await parts.time.wait(parts.fullWaitMs, parts.signal);
    if (parts.signal.aborted) return 'not_done';
  }
}

export async function keepDeadLetter(
  { deadLetters }: Pick<HandOverParts, 'deadLetters'>,
  { spec, message: data, attributes }: Pick<HandedMessage, 'spec' | 'message' | 'attributes'>,
  reason: DeadLetterReason,
  findings: Parameters<DeadLetters['keep']>[0]['findings'],
): Promise<void> {
  await deadLetters.keep({ spec, data, attributes, reason, findings });
}
