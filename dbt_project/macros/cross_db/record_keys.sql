{#-
  Where the rows of transactions stand. On BigQuery the narrow tables int_<entity>_keys say for each key the dates of its rows and the days on which
  they were published; on DuckDB nothing has to be asked, and the record itself is read.
-#}

{#- The relation that holds key and load of every record of a transaction. -#}
{% macro record_keys(entity, ids) -%}{{ return(adapter.dispatch('record_keys')(entity, ids)) }}{%- endmacro %}
{% macro duckdb__record_keys(entity, ids) -%}{{ ref('int_' ~ entity) }}{%- endmacro %}
{% macro bigquery__record_keys(entity, ids) -%}{{ pruned(ref('int_' ~ entity ~ '_keys'), loads_filter(ids)) }}{%- endmacro %}

{#- All columns of a record but those that only the storage has. -#}
{% macro record_columns(record) -%}{{ return(adapter.dispatch('record_columns')(record)) }}{%- endmacro %}
{% macro duckdb__record_columns(record) -%}{{ record }}.*{%- endmacro %}
{% macro bigquery__record_columns(record) -%}{{ star_except(record, ['_published_on']) }}{%- endmacro %}

{#-
  For the keys that the named loads touch: `dates` of their rows, old and new ones, and `published`, the days on which those rows came. Both none
  where nothing has to be pruned.
-#}
{% macro key_places(entity, key, ids) -%}{{ return(adapter.dispatch('key_places')(entity, key, ids)) }}{%- endmacro %}
{% macro duckdb__key_places(entity, key, ids) -%}{{ return({'dates': none, 'published': none}) }}{%- endmacro %}
{% macro bigquery__key_places(entity, key, ids) -%}
  {%- set places = {'dates': [], 'published': []} -%}
  {%- set keys = ref('int_' ~ entity ~ '_keys') -%}
  {%- if ids and execute -%}
    {%- set query -%}
      select distinct cast(places.{{ record_date(entity) }} as string), cast(places._published_on as string)
      from {{ keys }} as places
      where places.{{ key }} in (
        select touched.{{ key }}
        from {{ keys }} as touched
        where touched._load_id in ({{ text_list(ids) }}) and {{ dates_filter('touched._published_on', published_dates(ids)) }}
      )
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do places.dates.append(row[0]) -%}
      {%- do places.published.append(row[1]) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(places) }}
{%- endmacro %}

{#- Filter of a column to dates; none where nothing is pruned. -#}
{% macro dates_filter_or_none(column, dates) -%}
  {{ return(none if dates is none or not is_incremental() else dates_filter(column, dates)) }}
{%- endmacro %}

{#- The business date of a transaction, by which its tables are partitioned. -#}
{% macro record_date(entity) %}{{ return({'trades': 'trade_date', 'executions': 'trade_date', 'orders': 'order_date'}[entity]) }}{% endmacro %}
