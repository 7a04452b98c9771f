-- Grain: one row a landing object and generation, with what became of it.
with seen as (
  select
    {{ json_text('data', 'object') }} as object,
    {{ json_text('data', 'generation') }} as generation,
    min(event_at) as first_seen_at,
    max(source) as source,
    max(cast({{ json_text('data', 'bytes') }} as {{ type_integer() }})) as bytes
  from {{ ref('events') }}
  where type in ('object_discovered', 'object_unclaimed')
  group by 1, 2
),

unclaimed as (
  select distinct {{ json_text('data', 'object') }} as object, {{ json_text('data', 'generation') }} as generation
  from {{ ref('events') }}
  where type = 'object_unclaimed'
),

awaited as (
  select
    {{ json_text('data', 'object') }} as object,
    {{ json_text('data', 'generation') }} as generation,
    max(cast({{ json_text('data', 'until') }} as {{ type_instant() }})) as awaited_until
  from {{ ref('events') }}
  where type = 'control_awaited'
  group by 1, 2
),

duplicates as (
  select
    {{ json_text('data', 'object') }} as object,
    {{ json_text('data', 'generation') }} as generation,
    min({{ json_text('data', 'first_load_id') }}) as first_load_id
  from {{ ref('events') }}
  where type = 'duplicate_ignored'
  group by 1, 2
),

verdicts as (
  select *
  from {{ ref('validation_runs') }}
  qualify row_number() over (partition by object, generation order by validated_at desc, attempt desc) = 1
),

archived as (
  select
    {{ json_text('data', 'object') }} as object,
    {{ json_text('data', 'generation') }} as generation,
    min({{ json_text('data', 'archived_as') }}) as archived_as,
    min(event_at) as archived_at
  from {{ ref('events') }}
  where type = 'object_archived'
  group by 1, 2
)

select
  seen.object,
  seen.generation,
  coalesce(verdicts.source, seen.source) as source,
  seen.bytes,
  seen.first_seen_at,
  case
    when verdicts.status is not null then upper(verdicts.status)
    when duplicates.object is not null then 'DUPLICATE'
    when unclaimed.object is not null then 'UNCLAIMED'
    when awaited.object is not null then 'WAITING'
    else 'DISCOVERED'
  end as status,
  verdicts.load_id,
  verdicts.business_date,
  verdicts.version,
  verdicts.records_in,
  verdicts.staged,
  verdicts.quarantined,
  verdicts.validated_at,
  loads.published_at,
  loads.superseded_by,
  duplicates.first_load_id as duplicate_of,
  awaited.awaited_until,
  archived.archived_as,
  archived.archived_at
from seen
left join unclaimed on unclaimed.object = seen.object and unclaimed.generation = seen.generation
left join awaited on awaited.object = seen.object and awaited.generation = seen.generation
left join duplicates on duplicates.object = seen.object and duplicates.generation = seen.generation
left join verdicts on verdicts.object = seen.object and verdicts.generation = seen.generation
left join archived on archived.object = seen.object and archived.generation = seen.generation
left join {{ ref('loads') }} as loads on loads.load_id = verdicts.load_id
