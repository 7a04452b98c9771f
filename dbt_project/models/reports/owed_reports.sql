-- Grain: one row a trade version of curation and regime, judged by the regime itself when the version was first seen.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_event_id',
    partition_by=partitioned_by('judged_at', 'timestamp'), cluster_by=['event_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_events('reports_owed') }}"
) }}

{%- set unread = unread_events('reports_owed') %}

{{ merge_filter('judged_at', unread.dates, form='days') }}
with told as (
  select event_id, source, event_at, run_id, data
  from {{ ref('events') }}
  where type = 'reports_owed' {% if is_incremental() %}and event_id in ({{ text_list(unread.ids) }}){% endif %}
),

owed as (
  select told.*, owing
  from told
  {{ cross_join_elements('told.data', 'rows', 'owing') }}
)

select
  event_id as _event_id,
  {{ json_text('owing', 'event_id') }} as event_id,
  {{ json_text('owing', 'regime') }} as regime,
  source as source_name,
  {{ json_text('owing', 'trade_id') }} as trade_id,
  cast({{ json_text('owing', 'trade_version') }} as {{ type_integer() }}) as trade_version,
  {{ json_text('owing', 'status') }} as trade_status,
  cast({{ json_text('owing', 'trade_time') }} as {{ type_instant() }}) as trade_time,
  {{ json_text('owing', 'is_eligible') }} = 'true' as is_eligible,
  {{ json_text('owing', 'reason') }} as reason,
  {{ json_text('owing', 'due_at') }} as due_at_text,
  run_id,
  event_at as judged_at
from owed
