-- Grain: one row a load of a stream and run of offsets that is in it. An offset is in one load only.
{{ config(materialized='view') }}

with slices as (
  select load_id, source, event_at as published_at, run_id, data
  from {{ ref('events') }}
  where type = 'load_published' and {{ json_member_text('data', 'stream') }} is not null
  qualify row_number() over (partition by load_id order by event_at, run_id, writer, seq) = 1
),

places as (
  select slices.*, place
  from slices
  {{ cross_join_elements('slices.data', 'stream.offsets', 'place') }}
),

ranges as (
  select places.*, offsets
  from places
  {{ cross_join_elements('places.place', 'ranges', 'offsets') }}
)

select
  load_id,
  source,
  {{ json_text('place', 'kafka_topic') }} as kafka_topic,
  cast({{ json_text('place', 'partition') }} as {{ type_integer() }}) as kafka_partition,
  cast({{ json_text('offsets', '[0]') }} as {{ type_integer() }}) as first_offset,
  cast({{ json_text('offsets', '[1]') }} as {{ type_integer() }}) as last_offset,
  cast({{ json_text('data', 'stream.from') }} as {{ type_instant() }}) as first_message_at,
  cast({{ json_text('data', 'stream.at') }} as {{ type_instant() }}) as committed_at,
  published_at,
  run_id
from ranges
