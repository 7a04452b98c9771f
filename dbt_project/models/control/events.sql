-- Grain: one row an event that counts. A run counts when a run of a later epoch names it as the one before, or when it is the
-- newest; of a run that was followed, only what lies at or before the head that its follower named for the chain.
{{ config(materialized='view') }}

with starts as (
  select
    run_id,
    cast({{ json_text('data', 'epoch') }} as {{ type_integer() }}) as epoch,
    {{ json_text('data', 'previous.run_id') }} as previous_run_id,
    data
  from {{ ref('event_log') }}
  where type = 'run_started'
),

newest as (
  select run_id from starts
  qualify row_number() over (order by epoch desc, run_id desc) = 1
),

followers as (
  select starts.*
  from starts
  inner join starts as followed on followed.run_id = starts.previous_run_id and followed.epoch < starts.epoch
  qualify row_number() over (partition by starts.previous_run_id order by starts.epoch desc, starts.run_id desc) = 1
),

head_documents as (
  select followers.previous_run_id, head
  from followers
  {{ cross_join_elements('followers.data', 'previous.heads', 'head') }}
),

heads as (
  select
    {{ json_text('head', 'run_id') }} as run_id,
    {{ json_text('head', 'writer') }} as writer,
    max(cast({{ json_text('head', 'seq') }} as {{ type_integer() }})) as last_seq
  from head_documents
  where {{ json_text('head', 'run_id') }} = previous_run_id
  group by 1, 2
)

select event_log.*
from {{ ref('event_log') }} as event_log
left join newest on newest.run_id = event_log.run_id
left join heads on heads.run_id = event_log.run_id and heads.writer = event_log.writer
where newest.run_id is not null or event_log.seq <= heads.last_seq
