-- What the events say was published is what the record holds, for every load of the newest run.
{% set entities = ['trades', 'executions', 'orders', 'quotes', 'prices', 'traders', 'counterparties', 'books', 'instruments'] %}
{% set filter = newest_loads_filter() %}

with new_loads as (
  select loads.load_id, loads.entity, loads.row_count
  from {{ ref('loads') }} as loads
  inner join {{ ref('runs') }} as runs on runs.run_id = loads.run_id
  where runs.is_newest and loads.entity != 'none'
),

recorded as (
  {% for entity in entities -%}
  select _load_id as load_id, count(*) as row_count
  from {{ pruned(ref('int_' ~ entity), filter) }} as record
  where _load_id in (select load_id from new_loads)
  group by 1
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
)

select new_loads.load_id, new_loads.row_count, recorded.row_count as recorded_count
from new_loads
left join recorded on recorded.load_id = new_loads.load_id
where coalesce(recorded.row_count, 0) != new_loads.row_count
