-- Grain: one row a source, instrument, window size and window: the newest revision that the live candles told.
{{ config(
    schema='curation', materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='candle_id',
    partition_by=partitioned_by('window_start', 'timestamp'), cluster_by=['source_name', 'instrument_id', 'window_size'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_parts('candles', stream_sources()) }}"
) }}

{%- set parts = unread_parts('candles', stream_sources()) %}
{%- set since = live_candles_since() %}

{{ merge_filter('window_start', [since, '9999-12-31'], form='days') }}
with told as (
  {{ read_live_candles(parts, since) }}
),

newest as (
  select told.*, {{ candle_id('source_name', 'instrument_id', 'window_size', 'window_start') }} as candle_id
  from told
  qualify row_number() over (
    partition by source_name, instrument_id, window_size, window_start order by revision desc
  ) = 1
)

select
  newest.candle_id, newest.source_name, newest.instrument_id, newest.window_size, newest.window_start,
  newest.{{ adapter.quote('open') }}, newest.high, newest.low, newest.{{ adapter.quote('close') }}, newest.volume, newest.notional, newest.vwap,
  newest.trade_count, newest.is_gap, newest.revision, newest.is_final
from newest
{% if is_incremental() -%}
left join {{ pruned(this, days_filter('window_start', [since, '9999-12-31'])) }} as standing on standing.candle_id = newest.candle_id
where standing.revision is null or standing.revision < newest.revision
{%- endif %}
