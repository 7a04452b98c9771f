-- Grain: one row a published load of a loaded spec. load_order is the order of arrival.
{{ config(post_hook="{{ refuse_loads_taken_back() }}") }}

with published as (
  select
    load_id, source, event_at as published_at, run_id, data,
    row_number() over (partition by load_id order by event_at, run_id, writer, seq) as publication
  from {{ ref('events') }}
  where type = 'load_published'
),

once as (
  select * from published where publication = 1
),

replaced_documents as (
  select once.load_id as superseded_by, once.published_at, replaced
  from once
  {{ cross_join_elements('once.data', 'supersedes', 'replaced') }}
),

replaced as (
  select {{ json_scalar('replaced') }} as load_id, superseded_by
  from replaced_documents
  qualify row_number() over (partition by {{ json_scalar('replaced') }} order by published_at, superseded_by) = 1
)

select
  once.load_id,
  once.source,
  sources.entity,
  {{ json_text('once.data', 'object') }} as object,
  cast({{ json_text('once.data', 'business_date') }} as date) as business_date,
  cast({{ json_text('once.data', 'version') }} as {{ type_integer() }}) as version,
  cast({{ json_text('once.data', 'attempt') }} as {{ type_integer() }}) as attempt,
  {{ json_text('once.data', 'spec_version') }} as spec_version,
  {{ json_text('once.data', 'sha256') }} as sha256,
  cast({{ json_text('once.data', 'rows') }} as {{ type_integer() }}) as row_count,
  {{ json_texts('once.data', 'parts[*].object') }} as parts,
  {{ json_member_text('once.data', 'supersedes') }} as supersedes,
  replaced.superseded_by,
  once.published_at,
  once.run_id,
  row_number() over (order by once.published_at, once.load_id) as load_order
from once
left join replaced on replaced.load_id = once.load_id
left join {{ ref('sources') }} as sources on sources.source_name = once.source
