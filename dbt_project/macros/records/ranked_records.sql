{#-
  The versions of transactions and which one is current, from all staged rows (of current and of replaced loads) in `candidates`, a CTE
  with the columns of the record plus published_at, superseded_by, strategy and version_is_mapped. A pure function of them.

  strategy latest_version: the highest version counts, of equal ones the later arrival; latest_arrival and none: the last arrival;
  first_arrival: the first. Where a source of the last three maps no version, arrivals are numbered instead. Arrival is
  (published_at, load_id, _record, _file). Rows of replaced loads count only where no other row has that version, and are never current.
-#}
{% macro ranked_records(candidates, key) -%}
select
  {{ star_except('numbered', ['version', 'version_is_mapped', 'strategy', 'arrival', 'in_order', 'ranked_version']) }},
  numbered.ranked_version as version,
  numbered.superseded_by is null and row_number() over (
    partition by {{ key }}
    order by
      case when superseded_by is null then 0 else 1 end,
      case when strategy = 'latest_version' then ranked_version end desc nulls last,
      in_order desc
  ) = 1 as is_current
from (
  select
    *,
    case when strategy = 'latest_version' or version_is_mapped then version else arrival end as ranked_version,
    case when strategy = 'first_arrival' then -arrival else arrival end as in_order
  from (
    select *, row_number() over (partition by {{ key }} order by published_at, _load_id, _record, _file) as arrival
    from {{ candidates }}
  ) as arrived
  qualify row_number() over (
    partition by {{ key }}, ranked_version order by case when superseded_by is null then 0 else 1 end, in_order desc
  ) = 1
) as numbered
{%- endmacro %}

{#- The candidates of ranked_records: every row of every key that the unread loads, or the loads that they replace, touch. -#}
{% macro affected_records(entity, key, ids, places) -%}
with touched as (
  select distinct {{ key }}
  from {{ record_keys(entity, ids) }} as keys
  where _load_id in ({{ text_list(ids) }})
)

select {{ record_columns('record') }}, loads.published_at, loads.superseded_by, sources.strategy, sources.version_is_mapped
from {{ pruned(ref('int_' ~ entity), dates_filter_or_none('_published_on', places.published)) }} as record
{% if is_incremental() %}inner join touched on touched.{{ key }} = record.{{ key }}{% endif %}
inner join {{ ref('loads') }} as loads on loads.load_id = record._load_id
inner join {{ ref('sources') }} as sources on sources.source_name = record.source_name
{%- endmacro %}

{#- A model of versions: key and version are unique, superseded_by tells rows that a resupply removed. -#}
{% macro versions_model(entity, key) %}
  {%- set loads = unread_loads(entities=[entity]) -%}
  {%- set needed = [ref('int_' ~ entity), ref('sources')] -%}
  {%- set ids = load_ids(loads, superseded=true) -%}
  {%- set places = key_places(entity, key, ids) -%}
  {{ merge_filter(record_date(entity), places.dates) }}
  with candidates as (
    {{ affected_records(entity, key, ids, places) }}
  )

  {{ ranked_records('candidates', key) }}
{% endmacro %}
