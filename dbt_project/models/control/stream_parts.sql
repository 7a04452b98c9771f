-- Grain: one row a committed part of dead letters, live candles or live findings.
{{ config(materialized='view') }}

with told as (
  select type, source, event_at, run_id, data
  from {{ ref('events') }}
  where type in ('stream_dead_letters', 'stream_candles', 'stream_findings')
),

parts as (
  select told.*, part
  from told
  {{ cross_join_elements('told.data', 'parts', 'part') }}
)

select
  {{ json_text('part', 'object') }} as object,
  substr(min(type), 8) as kind,
  min(source) as source,
  min(cast({{ json_text('part', 'rows') }} as {{ type_integer() }})) as row_count,
  min(event_at) as collected_at,
  min(run_id) as run_id
from parts
group by 1
