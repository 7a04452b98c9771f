-- Grain: one row a record of what a bridge read, and partition.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='event_id',
    partition_by=partitioned_by('collected_at', 'timestamp'), cluster_by=['source_name'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_events('stream_read') }}"
) }}

{%- set unread = unread_events('stream_read') %}

{{ merge_filter('collected_at', unread.dates, form='days') }}
with told as (
  select event_id, source, event_at, run_id, data
  from {{ ref('events') }}
  where type = 'stream_read' {% if is_incremental() %}and event_id in ({{ text_list(unread.ids) }}){% endif %}
),

records as (
  select told.*, record
  from told
  {{ cross_join_elements('told.data', 'records', 'record') }}
),

partitions as (
  select records.*, place
  from records
  {{ cross_join_elements('records.record', 'partitions', 'place') }}
)

select
  event_id,
  source as source_name,
  {{ json_text('data', 'kafka_topic') }} as kafka_topic,
  cast({{ json_text('place', 'partition') }} as {{ type_integer() }}) as kafka_partition,
  {{ json_text('data', 'writer') }} as writer,
  cast({{ json_text('record', 'seq') }} as {{ type_integer() }}) as record_no,
  cast({{ json_text('record', 'from') }} as {{ type_instant() }}) as read_from,
  cast({{ json_text('record', 'at') }} as {{ type_instant() }}) as read_at,
  cast({{ json_text('place', 'read') }} as {{ type_integer() }}) as read_count,
  cast({{ json_text('place', 'dead_lettered') }} as {{ type_integer() }}) as dead_lettered,
  cast({{ json_text('place', 'skipped') }} as {{ type_integer() }}) as skipped,
  cast({{ json_text('place', 'in_doubt') }} as {{ type_integer() }}) as in_doubt,
  cast({{ json_text('place', 'lag_messages') }} as {{ type_integer() }}) as lag_messages,
  cast({{ json_text('place', 'lag_ms') }} as {{ type_integer() }}) as lag_ms,
  {{ json_member_text('place', 'offsets') }} as offsets,
  run_id,
  event_at as collected_at
from partitions
