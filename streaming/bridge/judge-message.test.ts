import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LogMessage } from '../../core/ports/message-log.ts';
import { BUS_MESSAGE_BYTES_MAX, DATA_BYTES_MAX } from '../../core/stream/envelope.ts';
import { MessageJudge } from './judge-message.ts';
import { tradesSpec, tradeText } from './test-support/trades-stream.ts';

const judge = new MessageJudge(tradesSpec(), '2023-01-30T06:00:00.000000Z');

function message(value: Uint8Array | null): LogMessage {
  return { topic: 'exchange_trades.log', partition: 1, offset: 7n, timestampMs: 0, key: null, value, headers: [] };
}

test('a good message has its partition key as ordering key', () => {
  const judged = judge.judge(message(Buffer.from(tradeText(1))));
  expect(judged).toMatchObject({ fate: 'published', message: { orderingKey: 'DEF' } });
});

test('a message that no dead letter can hold is stored, and its dead letter says where', () => {
  const value = Buffer.alloc(BUS_MESSAGE_BYTES_MAX + 1, 'x');
  const judged = judge.judge(message(value));
  const object = 'quarantine/exchange_trades/stream=oversized/exchange_trades.log/00001-00000000000000000007.bin';
  expect(judged).toMatchObject({
    fate: 'dead_lettered',
    codes: ['TOO_LARGE'],
    oversized: { object },
    message: {
      orderingKey: null,
      attributes: {
        reason: 'too_large',
        raw_object: object,
        raw_bytes: String(value.length),
        raw_sha256: createHash('sha256').update(value).digest('hex'),
      },
    },
  });
  if (judged.fate !== 'dead_lettered') return;
  expect(judged.message.data.length).toBe(65_536);
  expect(judged.oversized !== null && value.equals(judged.oversized.bytes)).toBe(true);
});

test('one whose record is too large for the bus, though it is not, is a dead letter with all its bytes', () => {
  const spec = tradesSpec();
  const withDefault = new MessageJudge(
    { ...spec, schema: spec.schema.map((each) => (each.name === 'trade_id' ? { ...each, default: 'x'.repeat(DATA_BYTES_MAX) } : each)) },
    '2023-01-30T06:00:00.000000Z',
  );
  const value = Buffer.from(tradeText(1).replace('"trade_id":"T-1",', ''));
  const judged = withDefault.judge(message(value));
  expect(judged).toMatchObject({ fate: 'dead_lettered', codes: ['TOO_LARGE'], oversized: null });
  if (judged.fate === 'dead_lettered') expect(judged.message.data).toEqual(value);
});

test('nobody reads the bytes of a dead letter from the log again', () => {
  const value = Buffer.from('{"no":"trade"}');
  const judged = judge.judge(message(value));
  value.fill(0);
  expect(judged).toMatchObject({ fate: 'dead_lettered' });
  if (judged.fate === 'dead_lettered') expect(Buffer.from(judged.message.data).toString()).toBe('{"no":"trade"}');
});
