-- Grain: one row a run of entries of a ledger and report: what the run says of the report.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_event_id',
    partition_by=partitioned_by('collected_at', 'timestamp'), cluster_by=['report_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_events('report_entries_collected') }}"
) }}

{%- set unread = unread_events('report_entries_collected') %}

{{ merge_filter('collected_at', unread.dates, form='days') }}
with told as (
  select event_id, event_at, run_id, data
  from {{ ref('events') }}
  where type = 'report_entries_collected' {% if is_incremental() %}and event_id in ({{ text_list(unread.ids) }}){% endif %}
),

reports as (
  select told.*, report
  from told
  {{ cross_join_elements('told.data', 'reports', 'report') }}
)

select
  event_id as _event_id,
  {{ json_text('data', 'instance') }} as instance,
  {{ json_text('report', 'report_id') }} as report_id,
  {{ json_text('report', 'event_id') }} as event_id,
  {{ json_text('report', 'regime') }} as regime,
  {{ json_text('report', 'order') }} as entry_order,
  {{ json_text('report', 'kind') }} as kind,
  {{ json_text('report', 'action') }} as action,
  {{ json_text('report', 'trn') }} as trn,
  {{ json_text('report', 'due_at') }} as due_at_text,
  cast({{ json_text('report', 'tries') }} as {{ type_integer() }}) as tries,
  cast({{ json_text('report', 'first_submitted_at') }} as {{ type_instant() }}) as first_submitted_at,
  cast({{ json_text('report', 'accepted_newt_at') }} as {{ type_instant() }}) as accepted_newt_at,
  cast({{ json_text('report', 'accepted_canc_at') }} as {{ type_instant() }}) as accepted_canc_at,
  {{ json_member_text('report', 'codes') }} as codes,
  {{ json_text('report', 'reason') }} as reason,
  cast({{ json_text('report', 'contradicted') }} as {{ type_integer() }}) as contradicted,
  run_id,
  event_at as collected_at
from reports
