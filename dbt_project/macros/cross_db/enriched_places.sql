{#-
  Which partitions of trade_versions and trades_enriched the unread loads touch: `dates` of the trades that they bring, old and new ones, and of the
  trades in whose intervals reference data changed; `filter` to those; `unread` without reference entities that say nothing new. On DuckDB nothing is
  asked. `trade_loads` are the unread loads of trades and those that they replace.
-#}
{% macro enriched_places(unread, trade_loads) -%}{{ return(adapter.dispatch('enriched_places')(unread, trade_loads)) }}{%- endmacro %}
{% macro duckdb__enriched_places(unread, trade_loads) -%}{{ return({'dates': none, 'filter': none, 'unread': unread}) }}{%- endmacro %}
{% macro bigquery__enriched_places(unread, trade_loads) -%}
  {%- set keys = ref('int_trades_keys') -%}
  {%- set places = {'dates': [], 'filter': none, 'unread': {}} -%}
  {%- if execute and is_incremental() -%}
    {%- do places.dates.extend(key_places('trades', 'trade_id', trade_loads).dates) -%}
    {%- for entity in ['traders', 'books', 'counterparties', 'instruments'] if unread.get(entity) -%}
      {%- set one = {entity: unread[entity]} -%}
      {%- set days = changed_days(entity, one) -%}
      {%- if days is not none -%}
        {%- do places.unread.update(one) -%}
        {%- do places.dates.extend(dates_of_changed(one, days)) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do places.update({'filter': dates_filter('trade_date', places.dates)}) -%}
  {%- endif -%}
  {{ return(places) }}
{%- endmacro %}

{#- The first and last day that a changed interval of the entity covers; none where nothing changed. Instruments have no intervals: all days. -#}
{% macro changed_days(entity, unread) -%}
  {%- set has_interval = entity != 'instruments' -%}
  {%- set query -%}
    with {{ changed_reference_intervals(unread) }}
    bounds as (
      select
        count(*) as row_count,
        {% if has_interval -%}
        cast({{ utc_date('min(valid_from)') }} as string) as first_day, cast({{ utc_date('max(valid_to)') }} as string) as last_day
        {%- else -%}
        '0001-01-01' as first_day, '9999-12-31' as last_day
        {%- endif %}
      from changed_{{ entity }}
    )
    select row_count, first_day, last_day from bounds
  {%- endset -%}
  {%- set row = run_query(query).rows[0] -%}
  {{ return(none if row[0] == 0 else [row[1] | string, row[2] | string]) }}
{%- endmacro %}

{#-
  The trade dates of the trades that the changed intervals meet. The narrow key table says on which trade dates trades of those days stand; of those
  partitions only the columns that are compared are read.
-#}
{% macro dates_of_changed(unread, days) -%}
  {%- set candidates = asked_dates(
      "select distinct cast(trade_date as string) from " ~ ref('int_trades_keys') ~ " where event_on between " ~ date_literal(days[0]) ~ " and " ~ date_literal(days[1])
  ) -%}
  {%- set query -%}
    with {{ changed_reference_intervals(unread) }}
    met as (
      select cast(null as date) as trade_date from (select 1 as one) as nothing where false
      {{ trades_of_changed_intervals(unread, pruned(ref('trade_versions'), dates_filter('trade_date', candidates)), 'trade_date') }}
    )
    select distinct cast(trade_date as string) from met
  {%- endset -%}
  {{ return(asked_dates(query)) }}
{%- endmacro %}
