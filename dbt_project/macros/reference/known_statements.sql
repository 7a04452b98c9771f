{#-
  System time of a reference entity: what its last arrived row said about a key, from its publication until the next row of the key
  arrived or a resupply took its load back. Computed from the record and the loads, so that it is the same after a full refresh (dbt's own
  snapshots would hold the moments at which dbt happened to run).
-#}
{% macro known_statements(entity) -%}
{%- set key = reference_key(entity) -%}
select
  record.{{ key }},
  {% for attribute in reference_attributes(entity) %}record.{{ attribute }}, {% endfor %}
  coalesce(record.effective_date, loads.business_date) as stated_from,
  loads.published_at as known_from,
  least(
    coalesce(
      lead(loads.published_at) over (
        partition by record.{{ key }} order by loads.published_at, record._load_id, record._record
      ),
      {{ end_of_time() }}
    ),
    coalesce(replacing.published_at, {{ end_of_time() }})
  ) as known_to,
  record._load_id, record._file, record._record
from {{ ref('int_' ~ entity) }} as record
inner join {{ ref('loads') }} as loads on loads.load_id = record._load_id
left join {{ ref('loads') }} as replacing on replacing.load_id = loads.superseded_by
{%- endmacro %}
