-- Grain: one row a verdict of the engine: load_id and attempt.
select
  load_id,
  cast({{ json_text('data', 'attempt') }} as {{ type_integer() }}) as attempt,
  source,
  {{ json_text('data', 'object') }} as object,
  {{ json_text('data', 'generation') }} as generation,
  cast({{ json_text('data', 'business_date') }} as date) as business_date,
  cast({{ json_text('data', 'version') }} as {{ type_integer() }}) as version,
  {{ json_text('data', 'spec_version') }} as spec_version,
  {{ json_text('data', 'status') }} as status,
  {% for count in ['records_in', 'staged', 'quarantined', 'not_loaded', 'warnings', 'duplicate_in_file', 'bytes', 'duration_ms'] -%}
  cast({{ json_text('data', count) }} as {{ type_integer() }}) as {{ count }},
  {% endfor -%}
  {{ json_member_text('data', 'findings_by_code') }} as findings_by_code,
  {{ json_member_text('data', 'file_findings') }} as file_findings,
  {{ json_text('data', 'report') }} as report,
  {{ json_text('data', 'quarantine') }} as quarantine,
  run_id,
  event_at as validated_at
from {{ ref('events') }}
where type = 'file_validated'
qualify row_number() over (
  partition by load_id, cast({{ json_text('data', 'attempt') }} as {{ type_integer() }}) order by event_at, run_id, writer, seq
) = 1
