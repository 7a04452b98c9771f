/** A stream of trades for tests of the bridge: its spec, good messages and bad ones. */
import { column, INT64, specOf } from '../../../core/engine/test-support/spec-of.ts';
import type { Column } from '../../../core/spec/source-spec.ts';
import type { StreamSpec } from '../source-bridge.ts';

const PRICE = { kind: 'DECIMAL', precision: 18, scale: 9 } as const;

function member(name: string, more: Partial<Column> = {}): Column {
  return column({ name, locator: { kind: 'json_path', steps: [name] }, nullable: false, ...more });
}

export function tradesSpec(name = 'exchange_trades', partitionKey: string | null = 'instrument'): StreamSpec {
  const spec = specOf({
    name,
    schema: [
      member('trade_id'),
      member('instrument'),
      member('price', { type: PRICE }),
      member('quantity', { type: INT64 }),
      member('side', { allowed_values: ['BUY', 'SELL'] }),
      member('trade_time', { type: { kind: 'TIMESTAMP' }, format: { kind: 'iso8601' } }),
      member('sequence', { type: INT64 }),
    ],
    source: { type: 'stream', path_pattern: null, format: 'json' },
  });
  return {
    ...spec,
    stream: {
      kafka_topic: `${name}.log`,
      pubsub_topic: `stream-${name}`,
      dead_letter_topic: `stream-${name}-dead-letter`,
      key_field: 'trade_id',
      event_time_field: 'trade_time',
      sequence_field: 'sequence',
      sequence_by: ['instrument'],
      partition_key: partitionKey,
      allowed_lateness_ms: 10_000,
      reconcile_with: null,
    },
  };
}

export const INSTRUMENTS = ['ABC', 'DEF', 'GHI', 'JKL', 'MNO'] as const;

/** The same number is the same trade. */
export function tradeText(number: number): string {
  return JSON.stringify({
    trade_id: `T-${number}`,
    instrument: INSTRUMENTS[number % INSTRUMENTS.length],
    price: `${100 + (number % 7)}.${String(number % 1000).padStart(3, '0')}`,
    quantity: 1 + (number % 500),
    side: number % 2 === 0 ? 'BUY' : 'SELL',
    trade_time: new Date(1_675_058_400_000 + number * 3).toISOString(),
    sequence: number,
  });
}

export function badTradeText(number: number): string {
  return tradeText(number).replace('"side":"', '"side":"X');
}
