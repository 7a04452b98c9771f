/** Record sets that the client writes, and what the client reads of them, against what is read here. */
import type { CompressionAlgorithms } from '@platformatic/kafka';
import { createRecordsBatch, readRecordsBatches, Reader, type MessageRecord } from '@platformatic/kafka';
import { describe, expect, it, test } from 'vitest';
import type { LogMessage } from '../../ports/message-log.ts';
import { seededRandom } from '../../sample-data/random.ts';
import { AnswerMemory } from './answer-memory.ts';
import { fetchedMessages, type AbortedTransaction } from './fetched-messages.ts';

const PLACE = { topic: 'trades', partition: 2 };
/** Places in the head of a batch. */
const ATTRIBUTES_AT = 21;
const MAGIC_AT = 16;
const COUNT_AT = 57;
const RECORDS_AT = 61;
const IS_APPEND_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;

interface BatchOptions {
  readonly firstOffset?: bigint;
  readonly attributes?: number;
  readonly producerId?: bigint;
  readonly compression?: (typeof CompressionAlgorithms)[keyof typeof CompressionAlgorithms];
}

function batch(
  messages: readonly Omit<MessageRecord, 'topic'>[],
  { firstOffset = 0n, attributes = 0, producerId = -1n, compression = 'none' }: BatchOptions = {},
): Buffer {
  const records = messages.map((message) => ({ topic: PLACE.topic, ...message }));
  const bytes = Buffer.from(createRecordsBatch(records, { compression, producerId }).buffer);
  bytes.writeBigInt64BE(firstOffset, 0);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | attributes, ATTRIBUTES_AT);
  return bytes;
}

function values(first: number, count: number): readonly Omit<MessageRecord, 'topic'>[] {
  return Array.from({ length: count }, (_, index) => ({
    value: Buffer.from(`value ${first + index}`),
    timestamp: 1_772_400_000_000n + BigInt(index),
  }));
}

function read(
  recordSet: Buffer | null,
  from = 0n,
  abortedTransactions: readonly AbortedTransaction[] | null = null,
): { readonly messages: readonly LogMessage[]; readonly next: bigint } {
  const { messages, next } = fetchedMessages(PLACE, { recordSet, abortedTransactions }, from, new AnswerMemory());
  return { messages: [...messages], next };
}

const textsOf = (messages: readonly LogMessage[]): readonly (string | undefined)[] => messages.map(({ value }) => value?.toString());

/** By the client's own reader. */
function byClient(recordSet: Buffer): readonly LogMessage[] {
  return readRecordsBatches(Reader.from(recordSet)).flatMap(({ firstOffset, firstTimestamp, records }) =>
    records.map(({ offsetDelta, timestampDelta, key, value, headers }) => ({
      ...PLACE,
      offset: firstOffset + BigInt(offsetDelta),
      timestampMs: Number(firstTimestamp + timestampDelta),
      key,
      value,
      headers: headers.map(([name, bytes]) => [String(name), bytes ?? Buffer.alloc(0)] as const),
    })),
  );
}

/** Seeded. */
function randomMessages(seed: number, count: number): readonly Omit<MessageRecord, 'topic'>[] {
  const numbers = seededRandom(seed);
  const random = (below: number): number => numbers.integer(0, below - 1);
  const bytes = (most: number): Buffer => Buffer.alloc(random(most + 1), random(256));
  return Array.from({ length: count }, (_, index) => ({
    ...(random(3) > 0 ? { key: bytes(random(5) === 0 ? 300 : 8) } : {}),
    value: (random(8) === 0 ? null : bytes(random(20) === 0 ? 20_000 : 200)) as Buffer,
    timestamp: 1_772_400_000_000n + BigInt(index * random(1000) - random(2) * 86_400_000),
    ...(random(4) === 0
      ? {
          headers: new Map([
            [Buffer.from('nåme'), bytes(20)],
            [Buffer.from('other'), bytes(2)],
          ]),
        }
      : {}),
  }));
}

describe('messages of a record set', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('are those that the client reads (%s)', (compression) => {
    const recordSet = Buffer.concat([
      batch(randomMessages(1, 300), { firstOffset: 5n, compression }),
      batch(randomMessages(2, 1), { firstOffset: 1_000_000_000_000n }),
      batch(randomMessages(3, 40), { firstOffset: 1_000_000_000_001n, compression }),
    ]);
    const { messages, next } = read(recordSet);
    expect(messages).toHaveLength(341);
    expect(messages).toEqual(byClient(recordSet));
    expect(next).toBe(1_000_000_000_041n);
  });

  test('before the position were read already, and of a batch that is cut off nothing is read', () => {
    const first = batch(values(0, 10));
    const recordSet = Buffer.concat([first, batch(values(10, 5), { firstOffset: 10n })]);
    expect(textsOf(read(recordSet, 7n).messages)).toEqual([
      'value 7',
      'value 8',
      'value 9',
      'value 10',
      'value 11',
      'value 12',
      'value 13',
      'value 14',
    ]);
    for (const size of [0, 5, first.length - 1]) expect(read(first.subarray(0, size), 3n)).toEqual({ messages: [], next: 3n });
    expect(read(recordSet.subarray(0, recordSet.length - 1))).toMatchObject({ next: 10n });
    expect(read(null, 3n)).toEqual({ messages: [], next: 3n });
  });

  test('have the time of the broker where the topic says so', () => {
    const timestamps = read(batch(values(0, 3), { attributes: IS_APPEND_TIME })).messages.map(({ timestampMs }) => timestampMs);
    expect(timestamps).toEqual([1_772_400_000_002, 1_772_400_000_002, 1_772_400_000_002]);
  });

  test('of transactions that were given up are passed over up to their markers, and markers are none', () => {
    const marker = (type: number, firstOffset: bigint, producerId: bigint): Buffer =>
      batch([{ key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) }], {
        firstOffset,
        producerId,
        attributes: IS_TRANSACTIONAL | IS_CONTROL,
      });
    const sent = (first: number, producerId: bigint): Buffer =>
      batch(values(first, 2), { firstOffset: BigInt(first), producerId, attributes: IS_TRANSACTIONAL });
    const recordSet = Buffer.concat([
      sent(0, 1n),
      sent(2, 2n),
      batch(values(4, 1), { firstOffset: 4n }),
      marker(0, 5n, 1n),
      marker(1, 6n, 2n),
      sent(7, 1n),
      marker(1, 9n, 1n),
    ]);
    const { messages, next } = read(recordSet, 0n, [{ producerId: 1n, firstOffset: 0n }]);
    expect(textsOf(messages)).toEqual(['value 2', 'value 3', 'value 4', 'value 7', 'value 8']);
    expect(next).toBe(10n);
    // Its marker has not been read yet.
    expect(read(sent(20, 5n), 0n, [{ producerId: 5n, firstOffset: 20n }])).toEqual({ messages: [], next: 22n });
  });

  const whole = batch(randomMessages(7, 50));
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(whole);
    change(bytes);
    return bytes;
  };
  it.each([
    ['another format', changed((bytes) => bytes.writeInt8(1, MAGIC_AT)), 'format 1'],
    ['a head that is cut off', changed((bytes) => bytes.writeInt32BE(30, 8)), '42 bytes'],
    ['a compression that does not exist', changed((bytes) => bytes.writeInt16BE(7, ATTRIBUTES_AT)), 'compression 7'],
    ['more records than there are bytes', changed((bytes) => bytes.writeInt32BE(2_000_000_000, COUNT_AT)), 'bytes'],
    ['offsets beyond 2^53', changed((bytes) => bytes.writeBigInt64BE(2n ** 53n - 10n, 0)), '9007199254740982 to 9007199254741031'],
    ['one record more than there is', changed((bytes) => bytes.writeInt32BE(51, COUNT_AT)), 'bytes where there are'],
    ['a record that is longer than the batch', changed((bytes) => bytes.fill(0xff, RECORDS_AT, RECORDS_AT + 4)), ''],
    ['a number that does not end', changed((bytes) => bytes.fill(0xff, RECORDS_AT, RECORDS_AT + 8)), 'a longer one'],
  ])('are refused: %s', (_what, recordSet, found) => {
    expect(() => read(recordSet)).toThrow(
      expect.objectContaining({ code: 'STREAM_STATE', found: expect.stringContaining(found) as string }) as Error,
    );
  });

  test('whatever bytes there are: messages within them, or a refusal', () => {
    const random = seededRandom(99);
    const small = batch(values(0, 50));
    let refused = 0;
    for (let run = 0; run < 3000; run += 1) {
      const bytes = Buffer.from(small);
      for (let change = 0; change < 3; change += 1) bytes[random.integer(RECORDS_AT, bytes.length - 1)] = random.integer(0, 255);
      try {
        const { messages } = read(bytes);
        expect(messages.length).toBeLessThanOrEqual(50);
      } catch (error) {
        expect(error).toMatchObject({ code: 'STREAM_STATE' });
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

test('memory is used again for messages that are given back, and for no others', () => {
  const memory = new AnswerMemory();
  const fetch = (messages: readonly Omit<MessageRecord, 'topic'>[]): ReturnType<typeof fetchedMessages>['messages'] => {
    const sent = batch(messages);
    const recordSet = memory.bytes(sent.length);
    sent.copy(recordSet);
    return fetchedMessages(PLACE, { recordSet, abortedTransactions: null }, 0n, memory).messages;
  };
  const first = fetch(values(0, 5));
  const second = fetch(values(100, 5));
  const kept = [...first];
  expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
  expect(second.places).not.toBe(first.places);
  memory.giveBack(first.bytes);
  // Twice is once.
  memory.giveBack(first.bytes);
  const third = fetch(values(200, 3));
  const fourth = fetch(values(300, 3));
  expect(third.bytes.buffer).toBe(first.bytes.buffer);
  expect(third.places).toBe(first.places);
  expect(fourth.bytes.buffer).not.toBe(first.bytes.buffer);
  expect(textsOf([...third])).toEqual(['value 200', 'value 201', 'value 202']);
  expect(textsOf([...second])).toEqual(['value 100', 'value 101', 'value 102', 'value 103', 'value 104']);
  expect(textsOf(kept)).toEqual(['value 0', 'value 1', 'value 2', 'value 3', 'value 4']);
});
