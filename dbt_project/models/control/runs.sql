-- Grain: one row a run that counts.
with started as (
  select
    run_id,
    cast({{ json_text('data', 'epoch') }} as {{ type_integer() }}) as epoch,
    cast({{ json_text('data', 'now') }} as {{ type_instant() }}) as as_of,
    {{ json_text('data', 'engine_version') }} as engine_version,
    {{ json_text('data', 'previous.run_id') }} as previous_run_id,
    event_at as started_at
  from {{ ref('events') }}
  where type = 'run_started'
),

finished as (
  select
    run_id,
    event_at as finished_at,
    {{ json_text('data', 'status') }} as status,
    {{ json_text('data', 'error') }} as error
  from {{ ref('events') }}
  where type = 'run_finished'
)

select
  started.run_id,
  started.epoch,
  started.as_of,
  started.engine_version,
  started.previous_run_id,
  started.started_at,
  finished.finished_at,
  coalesce(finished.status, case when row_number() over (order by started.epoch desc) = 1 then 'running' else 'crashed' end) as status,
  finished.error,
  row_number() over (order by started.epoch desc) = 1 as is_newest
from started
left join finished on finished.run_id = started.run_id
