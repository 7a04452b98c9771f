/** Streams for tests: trades of a venue, which are no trades of the bank, so prices. */
import type { Expression } from '../../core/expression/expression.ts';
import type { Column, SourceSpec, Stream } from '../../core/spec/source-spec.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import { canonicalSpec } from '../transform/test-support/canonical-spec.ts';

const COLUMNS: readonly (readonly [name: string, type: ColumnType])[] = [
  ['trade_id', { kind: 'STRING' }],
  ['instrument', { kind: 'STRING' }],
  ['price', { kind: 'DECIMAL', precision: 18, scale: 9 }],
  ['quantity', { kind: 'DECIMAL', precision: 18, scale: 9 }],
  ['side', { kind: 'STRING' }],
  ['trade_time', { kind: 'TIMESTAMP' }],
  ['sequence', { kind: 'INT64' }],
  ['session', { kind: 'STRING' }],
];
const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: 38, scale: 18 };

export function tickSpec(name = 'ticks', stream: Partial<Stream> = {}): SourceSpec {
  const base = canonicalSpec({ name, entity: 'prices' });
  const [template] = base.schema;
  const schema = COLUMNS.map(([column, type]): Column => ({ ...(template as Column), name: column, type, description: `The ${column}` }));
  const mapped = (column: string, from: string): SourceSpec['canonical']['map'][number] => {
    const type = COLUMNS.find(([each]) => each === from)?.[1] ?? { kind: 'STRING' };
    const value: Expression = { kind: 'column', type, name: from };
    return { column, origin: 'spec', expression: type.kind === 'DECIMAL' ? { kind: 'cast', type: AMOUNT, operand: value } : value };
  };
  return {
    ...base,
    source: { ...base.source, type: 'stream', path_pattern: null, format: 'json' },
    schema,
    canonical: {
      entity: 'prices',
      map: [mapped('price_time', 'trade_time'), mapped('price', 'price'), mapped('instrument_id', 'instrument')],
    },
    stream: {
      kafka_topic: `venue.${name}`,
      pubsub_topic: `stream-${name}`,
      dead_letter_topic: `stream-${name}-dead-letter`,
      key_field: 'trade_id',
      event_time_field: 'trade_time',
      sequence_field: 'sequence',
      sequence_by: ['instrument', 'session'],
      partition_key: 'instrument',
      allowed_lateness_ms: 10_000,
      reconcile_with: null,
      ...stream,
    },
  };
}
