/**
 * Sends messages so that they are on all in-sync replicas, in order, and not twice by a retry of its own: an idempotent producer, one request at a
 * time, in which everything goes that came meanwhile. After a failure the producer is replaced: a sequence whose fate is open is never used again.
 */
import { ProduceAcks, Producer, type MessageToProduce } from '@platformatic/kafka';
import type { LogProducer, NewLogMessage } from '../../ports/message-log.ts';
import { clientOptions, kafkaTimes, type KafkaConnection } from './connection.ts';
import { tryAgain } from './retry.ts';

type Message = MessageToProduce;

interface Waiting {
  readonly messages: readonly NewLogMessage[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Messages of one request, from as many calls as wait. */
const REQUEST_MESSAGES_MAX = 10_000;
/** Of values: the broker's own default limit of a batch is 1 MB a partition. */
const REQUEST_BYTES_MAX = 900_000;

/** `find` throws STREAM_TOPIC_MISSING for a topic that the brokers do not have. */
export function openKafkaProducer(connection: KafkaConnection, clientId: string, find: (topic: string) => Promise<unknown>): LogProducer {
  const { unavailableMs, requestMs } = kafkaTimes(connection);
  let producer: Producer | undefined;
  /** Topics that the brokers know: an idempotent send to another one is never answered (2.12.1). */
  const known = new Set<string>();
  const queue: Waiting[] = [];
  let work: Promise<void> | undefined;

  const replace = async (): Promise<void> => {
    const old = producer;
    producer = undefined;
    // Not waited for: it may wait in turn for an answer that does not come.
    old?.close().catch(() => undefined);
    await Promise.resolve();
  };
  const request = async (messages: readonly NewLogMessage[]): Promise<void> => {
    await tryAgain({ what: 'Messages cannot be sent to the brokers.', withinMs: unavailableMs, attemptMs: requestMs }, async () => {
      producer ??= newProducer(connection, clientId);
      try {
        for (const topic of new Set(messages.map((message) => message.topic))) {
          if (!known.has(topic)) await find(topic);
          known.add(topic);
        }
        await producer.send({ messages: messages.map(toMessage) });
      } catch (error) {
        known.clear();
        await replace();
        throw error;
      }
    });
  };
  const drain = async (): Promise<void> => {
    await Promise.resolve();
    while (queue.length > 0) {
      const taken = takeRequest(queue);
      try {
        for (const part of parts(taken.flatMap(({ messages }) => messages))) await request(part);
        for (const { done } of taken) done();
      } catch (error) {
        // What was sent behind it fails with it: order is kept for a sender that begins again.
        for (const { failed } of [...taken, ...queue.splice(0)]) failed(error);
      }
    }
    work = undefined;
  };
  return {
    async send(messages) {
      if (messages.length === 0) return;
      const sent = new Promise<void>((done, failed) => queue.push({ messages, done, failed }));
      work ??= drain();
      await sent;
    },
    async close() {
      await work;
      await replace();
    },
  };
}

function newProducer(connection: KafkaConnection, clientId: string): Producer {
  return new Producer({
    ...clientOptions(connection, clientId),
    idempotent: true,
    acks: ProduceAcks.ALL,
    compression: 'none',
    repeatOnStaleMetadata: false,
  });
}

/** The calls that go together: at least one, whole ones only. */
function takeRequest(queue: Waiting[]): readonly Waiting[] {
  let messages = 0;
  let count = 0;
  for (const waiting of queue) {
    if (count > 0 && messages + waiting.messages.length > REQUEST_MESSAGES_MAX) break;
    messages += waiting.messages.length;
    count++;
  }
  return queue.splice(0, count);
}

function* parts(messages: readonly NewLogMessage[]): Generator<readonly NewLogMessage[]> {
  let begin = 0;
  let bytes = 0;
  for (const [index, message] of messages.entries()) {
    const size = (message.key?.length ?? 0) + (message.value?.length ?? 0);
    if (index > begin && (bytes + size > REQUEST_BYTES_MAX || index - begin >= REQUEST_MESSAGES_MAX)) {
      yield messages.slice(begin, index);
      begin = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < messages.length) yield messages.slice(begin);
}

function toMessage(message: NewLogMessage): Message {
  const { key = null, value, headers = [] } = message;
  return {
    topic: message.topic,
    ...(message.partition === undefined ? {} : { partition: message.partition }),
    ...(key === null ? {} : { key: bufferOf(key) }),
    ...(value === null ? {} : { value: bufferOf(value) }),
    ...(message.timestampMs === undefined ? {} : { timestamp: BigInt(Math.trunc(message.timestampMs)) }),
    ...(headers.length === 0 ? {} : { headers: new Map(headers.map(([name, bytes]) => [Buffer.from(name), bufferOf(bytes)])) }),
  };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
