{#-
  Live candles as they were told. On DuckDB from the parts that were committed; on BigQuery from raw.<source>_stream_candles, the envelopes of a subscription to
  the topic of the candles, where there is one: of those of the days from `since` on, with revisions that are there already.
-#}
{% macro read_live_candles(parts, since) -%}{{ return(adapter.dispatch('read_live_candles')(parts, since)) }}{%- endmacro %}
{% macro duckdb__read_live_candles(parts, since) -%}
  select {{ no_live_candle() }} where false
  {%- if parts %}
  union all by name
  select * exclude (_kafka_partition)
  from read_parquet(
    [{% for part in parts %}{{ text_literal(var('root') ~ '/' ~ part[0]) }}{% if not loop.last %}, {% endif %}{% endfor %}],
    union_by_name = true, hive_partitioning = false
  )
  {%- endif %}
{%- endmacro %}
{% macro bigquery__read_live_candles(parts, since) -%}
  select {{ no_live_candle() }} from (select 1 as one) as nothing where false
  {%- for source in candle_sources() -%}
  {%- set table = raw_table(source ~ '_stream_candles') -%}
  {%- if execute and load_relation(table) is not none %}
  union all
  select
    json_value(record, '$.source_name'), json_value(record, '$.instrument_id'), json_value(record, '$.window_size'),
    cast(json_value(record, '$.window_start') as timestamp),
    {% for column in ['open', 'high', 'low', 'close', 'volume', 'notional', 'vwap'] -%}
    cast(json_value(record, '$.{{ column }}') as {{ type_amount() }}),
    {% endfor -%}
    cast(json_value(record, '$.trade_count') as int64), cast(json_value(record, '$.is_gap') as boolean),
    cast(json_value(record, '$.revision') as int64), cast(json_value(record, '$.is_final') as boolean)
  from (
    select safe_convert_bytes_to_string(data) as record
    from {{ table }}
    where publish_time >= timestamp '{{ since }} 00:00:00+00'
  ) as told
  {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro no_live_candle() -%}
cast(null as {{ type_text() }}) as source_name, cast(null as {{ type_text() }}) as instrument_id, cast(null as {{ type_text() }}) as window_size,
    cast(null as {{ type_instant() }}) as window_start,
    {% for column in ['open', 'high', 'low', 'close', 'volume', 'notional', 'vwap'] -%}
    cast(null as {{ type_amount() }}) as {{ adapter.quote(column) }},
    {% endfor -%}
    cast(null as {{ type_integer() }}) as trade_count, cast(null as boolean) as is_gap,
    cast(null as {{ type_integer() }}) as revision, cast(null as boolean) as is_final
{%- endmacro %}

{#- From which day of windows on candles may be told anew: on BigQuery the week before the newest window; DuckDB looks at all. -#}
{% macro live_candles_since() -%}{{ return(adapter.dispatch('live_candles_since')()) }}{%- endmacro %}
{% macro duckdb__live_candles_since() -%}{{ return('0001-01-01') }}{%- endmacro %}
{% macro bigquery__live_candles_since() -%}
  {%- set days = [] -%}
  {%- if is_incremental() and execute -%}
    {%- set days = asked_dates("select cast(" ~ date_minus_days(utc_date('max(window_start)'), 7) ~ " as string) from " ~ this) -%}
  {%- endif -%}
  {{ return((days | reject('none') | list or ['0001-01-01'])[0]) }}
{%- endmacro %}
