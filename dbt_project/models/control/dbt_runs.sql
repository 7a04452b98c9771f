-- Grain: one row a build of the warehouse (event). The build under way is not there yet: its event follows it.
select
  event_id,
  run_id,
  event_at as finished_at,
  {{ json_text('data', 'status') }} as status,
  {{ json_text('data', 'command') }} as command,
  cast({{ json_text('data', 'full_refresh') }} as boolean) as full_refresh,
  cast({{ json_text('data', 'tests_passed') }} as {{ type_integer() }}) as tests_passed,
  cast({{ json_text('data', 'tests_failed') }} as {{ type_integer() }}) as tests_failed,
  cast({{ json_text('data', 'duration_ms') }} as {{ type_integer() }}) as duration_ms,
  {{ json_member_text('data', 'models') }} as models
from {{ ref('events') }}
where type = 'dbt_finished'
