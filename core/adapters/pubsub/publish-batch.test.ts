import { protos } from '@google-cloud/pubsub';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewBusMessage } from '../../ports/message-bus.ts';
import { BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, PublishBatch } from './publish-batch.ts';
import { messageIds } from './publish-requests.ts';

const { PublishRequest, PublishResponse } = protos.google.pubsub.v1;
const TOPIC = 'projects/markets-test/topics/stream-trades';
const NOBODY = { resolve: () => undefined, reject: () => undefined };

function read(batch: PublishBatch): { readonly topic: string; readonly messages: readonly NewBusMessage[] } {
  const { topic, messages } = PublishRequest.decode(batch.body);
  return {
    topic,
    messages: messages.map(({ data, attributes, orderingKey }) => ({
      data: Buffer.from(data as Uint8Array),
      attributes: { ...attributes },
      orderingKey: orderingKey === null || orderingKey === undefined || orderingKey === '' ? null : orderingKey,
    })),
  };
}

function batchOf(messages: readonly NewBusMessage[]): PublishBatch {
  const batch = new PublishBatch(TOPIC);
  for (const message of messages) batch.add(message, NOBODY);
  return batch;
}

test('what is written is what the protocol of the service reads', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const message = fc.record({
    data: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    attributes: fc.dictionary(
      text.filter((name) => name !== '' && name !== '__proto__'),
      text,
      { maxKeys: 6, noNullPrototype: true },
    ),
    orderingKey: fc.option(text.filter((key) => key !== '')),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      expect(read(batchOf(messages))).toEqual({ topic: TOPIC, messages });
    }),
    { numRuns: 50 },
  );
});

test('the largest texts that a bus takes and data beyond the first room are written whole', () => {
  const messages = [
    {
      data: Buffer.alloc(300_000, 7),
      attributes: { ['n'.repeat(256)]: 'ß'.repeat(512), empty: '' },
      orderingKey: '\u{1F4B1}'.repeat(256),
    },
    { data: Buffer.alloc(0), attributes: {}, orderingKey: null },
  ];
  expect(read(batchOf(messages))).toEqual({ topic: TOPIC, messages });
});

test('a batch is full at the number of messages and at the bytes that a request may have', () => {
  const small = { data: Buffer.from('x'), attributes: {}, orderingKey: null };
  expect(batchOf(Array.from({ length: BATCH_MESSAGES_MAX - 1 }, () => small)).isFull).toBe(false);
  expect(batchOf(Array.from({ length: BATCH_MESSAGES_MAX }, () => small)).isFull).toBe(true);
  const large = { ...small, data: Buffer.alloc(BATCH_BYTES_MAX) };
  expect(new PublishBatch(TOPIC).hasRoomFor(large)).toBe(true);
  expect(batchOf([small]).hasRoomFor(large)).toBe(false);
  expect(batchOf([large]).isFull).toBe(true);
});

test('the identities are those of the answer, in its order', () => {
  const ids = ['1', '23', '9'.repeat(200)];
  expect(messageIds(Buffer.from(PublishResponse.encode({ messageIds: ids }).finish()))).toEqual(ids);
  expect(messageIds(Buffer.alloc(0))).toEqual([]);
});
