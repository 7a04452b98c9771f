-- Grain: one row a run of entries of a ledger and trade event that was received in it.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_event_id',
    partition_by=partitioned_by('collected_at', 'timestamp'), cluster_by=['event_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_events('report_entries_collected') }}"
) }}

{%- set unread = unread_events('report_entries_collected') %}

{{ merge_filter('collected_at', unread.dates, form='days') }}
with told as (
  select event_id, event_at, run_id, data
  from {{ ref('events') }}
  where type = 'report_entries_collected' {% if is_incremental() %}and event_id in ({{ text_list(unread.ids) }}){% endif %}
),

trades as (
  select told.*, trade
  from told
  {{ cross_join_elements('told.data', 'events', 'trade') }}
)

select
  event_id as _event_id,
  {{ json_text('data', 'instance') }} as instance,
  {{ json_text('trade', 'event_id') }} as event_id,
  {{ json_text('trade', 'source') }} as source_name,
  {{ json_text('trade', 'trade_id') }} as trade_id,
  cast({{ json_text('trade', 'trade_version') }} as {{ type_integer() }}) as trade_version,
  {{ json_text('trade', 'status') }} as trade_status,
  cast({{ json_text('trade', 'trade_time') }} as {{ type_instant() }}) as trade_time,
  cast({{ json_text('trade', 'received_at') }} as {{ type_instant() }}) as received_at,
  run_id,
  event_at as collected_at
from trades
