import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMessageChecker } from '../../core/engine/message-checker.ts';
import { tradeId } from '../../core/identity/trade-id.ts';
import { createRecordJson } from '../../core/stream/record-json.ts';
import { createEventReader, type EventReading } from './event-reader.ts';
import { createEventReaders } from './event-readers.ts';
import { reportingColumn } from './reporting-columns.ts';
import { specFrom, TRADE_SPEC, TRADE_SPEC_TEXT, tradeMessage } from './test-support/trade-spec.ts';
import { eventId, type TradeEvent } from './trade-event.ts';

const NOW = '2026-01-05T10:15:24.000000Z';
const reader = createEventReader(TRADE_SPEC, NOW);

function eventFrom(reading: EventReading): TradeEvent {
  if ('event' in reading) return reading.event;
  throw new Error(JSON.stringify(reading));
}

/** As the bridge publishes it. */
function record(message: Uint8Array): Buffer {
  return Buffer.from(createRecordJson(TRADE_SPEC)(createMessageChecker(TRADE_SPEC, { now: NOW }).check(message)));
}

test('a message becomes the event of its trade', () => {
  const message = tradeMessage();
  const event = eventFrom(reader.read(message, 'raw', NOW));
  const id = tradeId('markets', 'DESK', 'D-1');
  expect(event).toMatchObject({
    eventId: eventId({ tradeId: id, version: 1n, status: 'NEW' }),
    source: 'desk_trades',
    specVersion: TRADE_SPEC.spec_version,
    tradeId: id,
    sourceTradeId: 'D-1',
    version: 1n,
    status: 'NEW',
    tradeTimeUs: 1_767_608_123_412_907n,
    contentSha256: createHash('sha256').update(message).digest('hex'),
    receivedAt: NOW,
  });
  expect(event.row[reportingColumn('price')]).toBe(101_250_000_000_000_000_000n);
  expect(event.row[reportingColumn('trading_capacity')]).toBe('DEAL');
});

test('the record that a bridge made of the message is the same event', () => {
  const [raw, checked] = [tradeMessage(), record(tradeMessage())];
  const fromRaw = eventFrom(reader.read(raw, 'raw', NOW));
  const fromRecord = eventFrom(reader.read(checked, 'record', NOW));
  expect({ ...fromRecord, contentSha256: '' }).toEqual({ ...fromRaw, contentSha256: '' });
});

test.each([
  [tradeMessage({ quantity: 0 }), 'RULE_FAILED', null, 'QUANTITY_POSITIVE'],
  [tradeMessage({ price: '101.25x' }), 'TYPE_MISMATCH', 'price', null],
  [tradeMessage({ status: 'SETTLED' }), 'VALUE_NOT_ALLOWED', 'status', null],
  [tradeMessage({ isin: undefined }), 'FIELD_MISSING', 'isin', null],
  [tradeMessage({ colour: 'red' }), 'FIELD_UNKNOWN', 'colour', null],
  [Buffer.from('{"trade_ref":'), 'RECORD_UNPARSABLE', null, null],
  [Buffer.alloc(0), 'RECORD_UNPARSABLE', null, null],
])('what breaks the spec is told by place and code, without the value (%#)', (message, code, column, rule) => {
  const reading = reader.read(message, 'raw', NOW);
  expect(reading).toHaveProperty('findings');
  if (!('findings' in reading)) return;
  expect(reading.findings[0]).toMatchObject({ code, rule });
  if (column !== 'colour') expect(reading.findings[0]?.column).toBe(column);
  expect(JSON.stringify(reading)).not.toMatch(/101\.25x|SETTLED|"found"/);
});

test('a raw message that is said to be a record is none, and the other way round', () => {
  expect(reader.read(tradeMessage(), 'record', NOW)).toMatchObject({ findings: [{ code: 'TYPE_MISMATCH', column: 'version' }] });
  expect(reader.read(Buffer.from('{}'), 'record', NOW)).toMatchObject({ findings: [{ code: 'NULL_NOT_ALLOWED' }] });
});

test.each([
  [
    '{name: version, type: INT64, nullable: false, min_value: 1}',
    '{name: version, type: INT64}',
    { version: null },
    'NULL_NOT_ALLOWED',
    'version',
  ],
  [
    '{name: version, type: INT64, nullable: false, min_value: 1}',
    '{name: version, type: INT64}',
    { version: -1 },
    'VALUE_OUT_OF_RANGE',
    'version',
  ],
  ['nullable: false, allowed_values: [NEW, AMENDED, CANCELLED]}', 'nullable: false}', { status: 'DONE' }, 'VALUE_NOT_ALLOWED', 'status'],
  [
    "{name: quantity, type: 'NUMERIC(18,4)', nullable: false}",
    '{name: quantity, type: NUMERIC}',
    { quantity: '1e28' },
    'TYPE_MISMATCH',
    'quantity',
  ],
])('what the spec allows and no trade can be is told as well (%#)', (text, replacement, changes, code, column) => {
  expect(TRADE_SPEC_TEXT).toContain(text);
  const loose = createEventReader(specFrom(TRADE_SPEC_TEXT.replace(text, replacement)), NOW);
  expect(loose.read(tradeMessage(changes), 'raw', NOW)).toMatchObject({ findings: [{ code, column }] });
});

test('a received message is read again from the ledger as the event it was, or not at all', () => {
  const readers = createEventReaders([TRADE_SPEC], ['desk_trades'], NOW);
  const message = tradeMessage();
  const event = eventFrom(reader.read(message, 'raw', NOW));
  const data = {
    source: event.source,
    spec_version: event.specVersion,
    trade_id: event.tradeId,
    trade_version: '1',
    status: event.status,
    trade_time: NOW,
    via: 'push',
    sha256: event.contentSha256,
    message: message.toString('base64'),
    form: 'raw' as const,
  };
  expect(readers.readReceived(data, NOW)).toEqual(event);
  expect(readers.readReceived({ ...data, form: 'record' }, NOW)).toBeNull();
  expect(readers.readReceived({ ...data, trade_version: '2' }, NOW)).toBeNull();
  expect(readers.readReceived({ ...data, source: 'other' }, NOW)).toBeNull();
});

test('a source that is not there is said with the nearest name', () => {
  expect(() => createEventReaders([TRADE_SPEC], ['desk_trade'], NOW)).toThrow(
    expect.objectContaining({ code: 'SPEC_NOT_FOUND', expected: 'desk_trades', found: 'desk_trade' }) as Error,
  );
});
