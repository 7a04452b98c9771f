/** The topic of a source in the log: an offset is committed when every message of its partition up to it is done. */
import pLimit from 'p-limit';
import type { LogMessage, LogPosition, MessageLog } from '../../../core/ports/message-log.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { createAttributes, type Attributes } from '../../../core/stream/envelope.ts';
import { handOver, keepDeadLetter, type HandedOver, type HandOverParts } from './hand-over.ts';

export interface KafkaOptions {
  readonly log: MessageLog;
  readonly spec: SourceSpec;
  readonly topic: string;
  readonly group: string;
  readonly clientId: string;
  /** Messages that are handed over at once. */
  readonly heldMessagesMax: number;
}

/** Until the signal; throws what the log throws, and what was not committed comes again. */
export async function runKafka(options: KafkaOptions, parts: HandOverParts): Promise<void> {
  const { log, topic, group, clientId, spec } = options;
  const consumer = await log.consumer({ group, topics: [topic], clientId, from: 'earliest' });
  const attributesOf = createAttributes(spec);
  const atOnce = pLimit(options.heldMessagesMax);
  try {
    while (!parts.signal.aborted) {
      const messages = [...(await consumer.next(parts.signal))];
      const fates = await Promise.all(
        messages.map(async (message) => await atOnce(async () => await settle(spec, message, attributesOf(message), parts))),
      );
      const positions = donePositions(messages, fates);
      if (positions.length > 0) await consumer.commit(positions);
      if (fates.includes('not_done')) return;
    }
  } finally {
    await consumer.close();
  }
}

async function settle(spec: SourceSpec, message: LogMessage, attributes: Attributes, parts: HandOverParts): Promise<HandedOver> {
  if (parts.signal.aborted) return 'not_done';
  if (message.value !== null) {
    return await handOver(parts, { source: spec.name, spec, message: message.value, form: 'raw', via: 'kafka', attributes });
  }
  parts.refusals.add('MESSAGE_REFUSED');
  await keepDeadLetter(parts, { spec, message: new Uint8Array(0), attributes }, 'tombstone', []);
  return 'done';
}

/** One above the last message of each partition before which everything is done. */
export function donePositions(messages: readonly LogMessage[], fates: readonly HandedOver[]): readonly LogPosition[] {
  const positions = new Map<string, LogPosition>();
  const stopped = new Set<string>();
  messages.forEach(({ topic, partition, offset }, index) => {
    const key = `${topic} ${String(partition)}`;
    if (fates[index] !== 'done') stopped.add(key);
    if (!stopped.has(key)) positions.set(key, { topic, partition, offset: offset + 1n });
  });
  return [...positions.values()];
}
