/** The subscription of a source on the bus: messages are acknowledged when they are done, one by one. */
import type { BusMessage, MessageBus } from '../../../core/ports/message-bus.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { messageAttributes } from '../routes/push-envelope.ts';
import { handOver, type HandOverParts } from './hand-over.ts';

export interface PullOptions {
  readonly bus: MessageBus;
  readonly spec: SourceSpec;
  readonly subscription: string;
  readonly heldMessagesMax: number;
  readonly heldBytesMax: number;
}

/** Until the signal; throws what the bus throws, and everything that was not done comes again. */
export async function runPull(options: PullOptions, parts: HandOverParts): Promise<void> {
  const { bus, heldMessagesMax, heldBytesMax } = options;
  const subscription = await bus.subscription(options.subscription, { heldMessagesMax, heldBytesMax });
  const under = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | null = null;
  try {
    for (;;) {
      const messages = await subscription.next(parts.signal);
      if (parts.signal.aborted) for (const message of messages) message.giveBack();
      if (parts.signal.aborted) return;
      // The bus holds back by itself at its limits: those that are under way here are not acknowledged.
      for (const message of messages) {
        const work = settle(options.spec, message, parts).catch((error: unknown) => {
          failure = { error };
        });
        under.add(work);
        void work.finally(() => under.delete(work));
      }
      rethrow(failure);
    }
  } finally {
    await Promise.all(under);
    await subscription.close();
  }
}

function rethrow(failure: { readonly error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}

async function settle(spec: SourceSpec, message: BusMessage, parts: HandOverParts): Promise<void> {
  try {
    const { form } = messageAttributes(message.attributes);
    const attributes = { ...message.attributes, source: spec.name, message_id: message.messageId };
    const done = await handOver(parts, { source: spec.name, spec, message: message.data, form, via: 'pull', attributes });
    if (done === 'done') message.acknowledge();
    else message.giveBack();
  } catch (error) {
    message.giveBack();
    throw error;
  }
}
