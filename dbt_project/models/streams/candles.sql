-- depends_on: {{ ref('int_stream_messages') }}, {{ ref('loads') }}
-- Grain: one row a source, instrument, window size and window in which something was traded, from the trades that are stored.
-- Windows begin at the epoch and hold their start, not their end. Of a trade the arrival with the lowest partition and offset counts. Open and close are
-- those of the first and the last trade by time, partition and offset, so a candle follows from its trades alone, in whatever order they came.
{{ config(
    schema='curation', materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='candle_id',
    partition_by=partitioned_by('window_start', 'timestamp'), cluster_by=['source_name', 'instrument_id', 'window_size'],
    pre_hook="{{ forget_inputs() }}",
    post_hook=["{{ remove_empty_candles() }}", "{{ remember_loads(sources=candle_sources()) }}"]
) }}

{%- set loads = unread_loads(sources=candle_sources()) %}
{%- set ids = load_ids(loads) %}
{%- set places = candle_places(candle_sources(), ids) %}

{{ merge_filter('window_start', places.dates, form='days') }}
with sizes as (
  {% for size in [['1s', 1], ['10s', 10], ['1m', 60]] -%}
  select '{{ size[0] }}' as window_size, {{ size[1] }} as seconds
  {% if not loop.last %}union all {% endif %}
  {%- endfor %}
),

stored as (
  select * from {{ pruned(ref('int_candle_trades'), places.filter) }} as trades
),

{% if is_incremental() -%}
new_trades as (
  select * from stored where _load_id in ({{ text_list(ids) }})
),

-- Arrivals of the same trades: one of them may count no more, or still count instead of a new one.
twins as (
  select stored.*
  from stored
  inner join (select distinct source_name, trade_key from new_trades) as keys
    on keys.source_name = stored.source_name and keys.trade_key = stored.trade_key
),

-- The minute holds the ten seconds, and those the second.
touched as (
  select distinct source_name, instrument_id, {{ window_start('event_time', 60) }} as minute from twins
),

in_touched as (
  select stored.*
  from stored
  inner join touched
    on touched.source_name = stored.source_name and touched.instrument_id = stored.instrument_id
    and touched.minute = {{ window_start('stored.event_time', 60) }}
),

candidates as (
  select stored.*
  from stored
  inner join (select distinct source_name, trade_key from in_touched) as keys
    on keys.source_name = stored.source_name and keys.trade_key = stored.trade_key
),
{%- else -%}
candidates as (
  select * from stored
),
{%- endif %}

firsts as (
  select *
  from candidates
  qualify row_number() over (partition by source_name, trade_key order by _kafka_partition, _kafka_offset) = 1
),

counted as (
  select firsts.*
  from firsts
  {% if is_incremental() -%}
  inner join touched
    on touched.source_name = firsts.source_name and touched.instrument_id = firsts.instrument_id
    and touched.minute = {{ window_start('firsts.event_time', 60) }}
  {%- endif %}
),

placed as (
  select counted.*, sizes.window_size, {{ window_start('counted.event_time', 'sizes.seconds') }} as window_start
  from counted
  cross join sizes
),

candles as (
  select
    source_name, instrument_id, window_size, window_start,
    {{ first_in_order('price', 'event_time, _kafka_partition, _kafka_offset') }} as open_price,
    max(price) as high,
    min(price) as low,
    {{ first_in_order('price', 'event_time desc, _kafka_partition desc, _kafka_offset desc') }} as close_price,
    cast(sum(quantity) as {{ type_amount() }}) as volume,
    cast(sum(notional) as {{ type_amount() }}) as notional,
    count(*) as trade_count
  from placed
  group by source_name, instrument_id, window_size, window_start
){% if is_incremental() -%}
,

-- Windows whose last trade turned out to be a later arrival of one in another window: written empty, and taken away behind.
emptied as (
  select twins.source_name, twins.instrument_id, sizes.window_size, {{ window_start('twins.event_time', 'sizes.seconds') }} as window_start
  from twins
  cross join sizes
  except distinct
  select source_name, instrument_id, window_size, window_start from candles
)
{%- endif %}

select
  {{ candle_id('source_name', 'instrument_id', 'window_size', 'window_start') }} as candle_id,
  source_name, instrument_id, window_size, window_start,
  open_price as {{ adapter.quote('open') }}, high, low, close_price as {{ adapter.quote('close') }}, volume, notional,
  {{ amount_quotient('notional', 'volume') }} as vwap,
  trade_count,
  false as is_gap
from candles
{% if is_incremental() -%}
union all
select
  {{ candle_id('source_name', 'instrument_id', 'window_size', 'window_start') }},
  source_name, instrument_id, window_size, window_start, null, null, null, null, null, null, null, 0, true
from emptied
{%- endif %}
