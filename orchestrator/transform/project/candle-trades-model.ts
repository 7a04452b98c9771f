/**
 * curation.int_candle_trades: the trades that candles are made of, from staging, of every stream that tells of trades. Appended and never changed. Which
 * column is what follows from the canonical map, as it does for live candles; prices have no quantity of their own, so a number column of that name is it.
 */
import { CANONICAL_ENTITIES } from '../../../core/canonical/entities.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { columnDescription } from './column-descriptions.ts';
import type { DocumentedModel } from './model-docs.ts';
import { NO_ROW } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { stagingModelName } from './staging-model.ts';
import { isStream } from '../../streams/stream-sources.ts';

const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['source_name', '{{ type_text() }}'],
  ['instrument_id', '{{ type_text() }}'],
  ['event_time', '{{ type_instant() }}'],
  ['traded_on', 'date'],
  ['trade_key', '{{ type_text() }}'],
  ['price', '{{ type_amount() }}'],
  ['quantity', '{{ type_amount() }}'],
  ['notional', '{{ type_amount() }}'],
  ['_kafka_partition', '{{ type_integer() }}'],
  ['_kafka_offset', '{{ type_integer() }}'],
  ['_load_id', '{{ type_text() }}'],
];

export const CANDLE_TRADES_DOCS: DocumentedModel = {
  name: 'int_candle_trades',
  description: 'Trades of streams that candles are made of, every arrival of them. Rows are added and never changed.',
  columns: COLUMNS.map(([name]) => ({ name, description: columnDescription(name) })),
  key: null,
};

interface TradeColumns {
  readonly time: string;
  /** In staging: the canonical column, or the source's own. */
  readonly quantity: string;
}

/** null where a source has no candles. */
function tradeColumns({ canonical, schema, ...spec }: SourceSpec): TradeColumns | null {
  const { entity, map } = canonical;
  if (!isStream(spec) || (entity !== 'trades' && entity !== 'prices')) return null;
  const time = entity === 'trades' ? 'trade_time' : 'price_time';
  const isMapped = (name: string): boolean => map.some(({ column }) => column === name);
  const hasQuantity = schema.some(
    ({ name, mode, type }) => name === 'quantity' && mode === 'NULLABLE' && (type.kind === 'DECIMAL' || type.kind === 'INT64'),
  );
  const isWhole = ['instrument_id', 'price', time].every(isMapped) && (isMapped('quantity') || (entity === 'prices' && hasQuantity));
  // A column of the source gets a prefix in staging where a canonical one has its name.
  const own = CANONICAL_ENTITIES[entity].columns.some(({ name }) => name === 'quantity') ? 'src_quantity' : 'quantity';
  return isWhole ? { time, quantity: isMapped('quantity') ? 'quantity' : own } : null;
}

export function candleSources(specs: readonly SourceSpec[]): readonly string[] {
  return specs.filter((spec) => tradeColumns(spec) !== null).map(({ name }) => name);
}

export function candleTradesModel(specs: readonly SourceSpec[]): ProjectFile {
  const sources = specs.flatMap((spec) => {
    const columns = tradeColumns(spec);
    return columns === null ? [] : [{ name: spec.name, ...columns }];
  });
  const list = sources.map(({ name }) => `'${name}'`).join(', ');
  const empty = COLUMNS.map(([name, type]) => `cast(null as ${type}) as ${name}`).join(',\n  ');
  const lines = [
    "-- depends_on: {{ ref('int_stream_messages') }}, {{ ref('loads') }}",
    '-- Grain: one row an arrival of a trade of a stream. Generated from the loaded specs.',
    '{{ config(',
    "    schema='curation', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_load_id',",
    "    partition_by=partitioned_by('traded_on'), cluster_by=['source_name', 'instrument_id'],",
    `    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(sources=[${list}]) }}"`,
    ') }}',
    '',
    `{%- set loads = unread_loads(sources=[${list}]) %}`,
    '{%- set ids = load_ids(loads) %}',
    `{%- set dates = trade_dates([${list}], ids) %}`,
    '',
    "{{ merge_filter('traded_on', dates) }}",
    'with staged as (',
    ...stagedTrades(sources),
    '),',
    '',
    'trades as (',
    '  select',
    '    source_name, instrument_id, event_time,',
    '    coalesce(',
    "      _message_key, _kafka_topic || '/' || cast(_kafka_partition as {{ type_text() }}) || '/' || cast(_kafka_offset as {{ type_text() }})",
    '    ) as trade_key,',
    '    cast(price as {{ type_amount() }}) as price, cast(quantity as {{ type_amount() }}) as quantity,',
    '    _kafka_partition, _kafka_offset, _load_id',
    '  from staged',
    '  where instrument_id is not null and event_time is not null and price is not null and quantity is not null',
    ')',
    '',
    'select',
    `  ${empty}`,
    NO_ROW,
    'union all',
    'select',
    "  source_name, instrument_id, event_time, {{ utc_date('event_time') }}, trade_key, price, quantity,",
    "  {{ amount_product('price', 'quantity') }}, _kafka_partition, _kafka_offset, _load_id",
    'from trades',
    '',
  ];
  return { path: 'models/generated/streams/int_candle_trades.sql', content: lines.join('\n') };
}

const TYPES: Readonly<Record<string, string>> = {
  event_time: '{{ type_instant() }}',
  price: '{{ type_amount() }}',
  quantity: '{{ type_amount() }}',
  _kafka_partition: '{{ type_integer() }}',
  _kafka_offset: '{{ type_integer() }}',
};

function stagedTrades(sources: readonly (TradeColumns & { readonly name: string })[]): readonly string[] {
  return [
    ...sources.flatMap(({ name, time, quantity }, index) => [
      ...(index === 0 ? [] : ['  union all']),
      `  select source_name, instrument_id, ${time} as event_time, _message_key, price, ${quantity} as quantity, _kafka_topic, _kafka_partition, _kafka_offset, _load_id`,
      `  from {{ pruned(ref('${stagingModelName(name)}'), loads_filter(ids)) }} as staged`,
      '  where _load_id in ({{ text_list(ids) }})',
    ]),
    ...(sources.length > 0
      ? []
      : [
          `  select ${[
            'source_name',
            'instrument_id',
            'event_time',
            '_message_key',
            'price',
            'quantity',
            '_kafka_topic',
            '_kafka_partition',
            '_kafka_offset',
            '_load_id',
          ]
            .map((name) => `cast(null as ${TYPES[name] ?? '{{ type_text() }}'}) as ${name}`)
            .join(', ')} ${NO_ROW}`,
        ]),
  ];
}
