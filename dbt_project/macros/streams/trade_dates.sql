{#- The UTC dates of the trades that unread loads of streams bring; none on DuckDB, where nothing is pruned. -#}
{% macro trade_dates(sources, ids) -%}{{ return(adapter.dispatch('trade_dates')(sources, ids)) }}{%- endmacro %}
{% macro duckdb__trade_dates(sources, ids) -%}{{ return(none) }}{%- endmacro %}
{% macro bigquery__trade_dates(sources, ids) -%}
  {%- set messages = ref('int_stream_messages') -%}
  {%- if not ids or not execute -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    select distinct cast({{ utc_date('_event_time') }} as string)
    from {{ pruned(messages, published_filter(ids)) }} as messages
    where source_name in ({{ text_list(sources) }}) and _load_id in ({{ text_list(ids) }}) and _event_time is not null
  {%- endset -%}
  {{ return(asked_dates(query)) }}
{%- endmacro %}

{#-
  Where the trades stand whose candles the unread loads touch: those of the days that they bring. `filter` of int_candle_trades to those days and the month before,
  in which a trade may have arrived for the first time; none on DuckDB.
-#}
{% macro candle_places(sources, ids) -%}{{ return(adapter.dispatch('candle_places')(sources, ids)) }}{%- endmacro %}
{% macro duckdb__candle_places(sources, ids) -%}{{ return({'dates': none, 'filter': none}) }}{%- endmacro %}
{% macro bigquery__candle_places(sources, ids) -%}
  {%- set dates = [] -%}
  {%- set filter = none -%}
  {%- if is_incremental() and execute -%}
    {%- set known = trade_dates(sources, ids) | sort -%}
    {%- set first = modules.datetime.date.fromisoformat(known[0] if known else '9999-12-31') -%}
    {%- set last = modules.datetime.date.fromisoformat(known[-1] if known else '9999-12-31') -%}
    {%- set month = modules.datetime.timedelta(days=31) -%}
    {%- set until = last + month if last.year < 9999 else last -%}
    {%- set filter = "(traded_on between " ~ date_literal((first - month).isoformat()) ~ " and " ~ date_literal(until.isoformat()) ~ ")" -%}
    {{ return({'dates': [(first - month).isoformat(), until.isoformat()], 'filter': filter}) }}
  {%- endif -%}
  {{ return({'dates': dates, 'filter': filter}) }}
{%- endmacro %}

{#- Post-hook: what was written empty is no candle. -#}
{% macro remove_empty_candles() %}
  {% if execute and is_incremental() %}
    {% set places = candle_places(candle_sources(), load_ids(unread_loads(sources=candle_sources()))) %}
    delete from {{ this }}
    where trade_count = 0 {{ and_filter(none if places.dates is none else days_filter('window_start', places.dates)) }}
  {% endif %}
{% endmacro %}
