-- Grain: one row a refused record of a load: its place and what is wrong, without any value. The quarantine files alone hold values.
{{ config(
    materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='load_id',
    partition_by=partitioned_by('business_date'), cluster_by=['load_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_quarantine() }}"
) }}

{%- set verdicts = ref('validation_runs') -%}
{%- set objects = [] -%}
{%- if can_query(verdicts) -%}
  {%- for row in run_query(unread_quarantine(verdicts)).rows -%}{%- do objects.append(row[0]) -%}{%- endfor -%}
{%- endif %}

{%- set places = verdict_places(verdicts, objects) %}

{{ merge_filter('business_date', places.dates) }}
with verdicts as (
  select *
  from {{ verdicts }}
  where quarantine is not null
  qualify row_number() over (partition by load_id order by attempt desc) = 1
),

records as (
  {{ read_quarantine_objects(objects, places.since) }}
)

select
  records.load_id,
  records.record,
  verdicts.source,
  records.file,
  verdicts.business_date,
  records.line,
  records.byte_offset,
  records.byte_length,
  {{ findings_without_values('records.findings') }} as findings,
  {{ json_text('records.findings', '[0].code') }} as first_code,
  verdicts.attempt,
  verdicts.validated_at
from records
inner join verdicts on verdicts.load_id = records.load_id
