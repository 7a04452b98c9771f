-- depends_on: {{ ref('stream_parts') }}
-- Grain: one row a run of offsets that a bridge read, and hole of it that was there when all of it was due; one row without a hole where there was none.
-- Offsets are due at the first run whose clock (its own, or the newest moment that bridge and sink told of until then) is past the reading by the grace of a
-- micro-batch. What is neither message nor dead letter by then is a loss; what comes later closes it. Runs of offsets are counted first; only those
-- that differ are looked at offset by offset. What the log itself has no message for (transaction markers, compaction) is no part of such a run.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='range_id',
    cluster_by=['source_name']
) }}

{%- set since = loss_candidates_since() %}

{{ merge_filter('read_on', [since], form='since') }}
with ranges as (
  select
    reads.source_name || '/' || reads.kafka_topic || '/' || cast(reads.kafka_partition as {{ type_text() }}) || '/' || {{ json_text('offsets_run', '[0]') }}
      || '/' || reads.writer as range_id,
    reads.source_name, reads.kafka_topic, reads.kafka_partition, reads.read_at,
    cast({{ json_text('offsets_run', '[0]') }} as {{ type_integer() }}) as first_offset,
    cast({{ json_text('offsets_run', '[1]') }} as {{ type_integer() }}) as last_offset
  from {{ ref('stream_reads') }} as reads
  {{ cross_join_elements('reads.offsets', '', 'offsets_run') }}
),

candidates as (
  select ranges.*
  from ranges
  {% if is_incremental() -%}
  where not exists (select 1 from {{ this }} as known where known.range_id = ranges.range_id and known.is_settled)
  {%- endif %}
),

told as (
  select source_name, run_id, read_at as moment from {{ ref('stream_reads') }}
  union all
  select source, run_id, committed_at from {{ ref('stream_slices') }}
),

clocks as (
  select
    runs.run_id, runs.epoch, runs.as_of, sources.source_name,
    max(told.moment) over (partition by sources.source_name order by runs.epoch rows between unbounded preceding and current row) as told_until
  from {{ ref('runs') }} as runs
  cross join {{ ref('sources') }} as sources
  left join (select source_name, run_id, max(moment) as moment from told group by source_name, run_id) as told
    on told.run_id = runs.run_id and told.source_name = sources.source_name
  where sources.is_stream
),

newest as (
  select max(as_of) as as_of from clocks
),

due as (
  select candidates.range_id, min(clocks.epoch) as due_epoch
  from candidates
  inner join clocks
    on clocks.source_name = candidates.source_name
    and greatest(clocks.as_of, coalesce(clocks.told_until, clocks.as_of)) >= {{ seconds_after('candidates.read_at', loss_grace_seconds()) }}
  group by candidates.range_id
),

bounds as (
  select source_name, kafka_topic, kafka_partition, min(first_offset) as first_offset, max(last_offset) as last_offset
  from candidates
  group by source_name, kafka_topic, kafka_partition
),

arrivals as (
  select messages.source_name, messages._kafka_topic as kafka_topic, messages._kafka_partition as kafka_partition,
    messages._kafka_offset as kafka_offset, loads.run_id
  from {{ pruned(ref('int_stream_messages'), since_filter('_published_on', since)) }} as messages
  inner join {{ ref('loads') }} as loads on loads.load_id = messages._load_id
  inner join bounds
    on bounds.source_name = messages.source_name and bounds.kafka_topic = messages._kafka_topic
    and bounds.kafka_partition = messages._kafka_partition
    and messages._kafka_offset between bounds.first_offset and bounds.last_offset
  union all
  select letters.source_name, letters.kafka_topic, letters.kafka_partition, letters.kafka_offset, letters.run_id
  from {{ ref('int_stream_dead_letters') }} as letters
  inner join bounds
    on bounds.source_name = letters.source_name and bounds.kafka_topic = letters.kafka_topic
    and bounds.kafka_partition = letters.kafka_partition
    and letters.kafka_offset between bounds.first_offset and bounds.last_offset
),

points as (
  select arrivals.source_name, arrivals.kafka_topic, arrivals.kafka_partition, arrivals.kafka_offset, min(coalesce(runs.epoch, 0)) as epoch
  from arrivals
  left join {{ ref('runs') }} as runs on runs.run_id = arrivals.run_id
  group by arrivals.source_name, arrivals.kafka_topic, arrivals.kafka_partition, arrivals.kafka_offset
),

-- Each point with the run of offsets that began last before it.
side_by_side as (
  select source_name, kafka_topic, kafka_partition, first_offset as place, 0 as is_point, range_id, cast(null as {{ type_integer() }}) as epoch
  from candidates
  union all
  select source_name, kafka_topic, kafka_partition, kafka_offset, 1, null, epoch from points
),

carried as (
  select
    place, is_point, epoch,
    last_value(range_id ignore nulls) over (
      partition by source_name, kafka_topic, kafka_partition order by place, is_point, range_id
      rows between unbounded preceding and current row
    ) as range_id
  from side_by_side
),

found as (
  select carried.range_id, carried.place, carried.epoch, due.due_epoch, runs.as_of as arrived_at
  from carried
  inner join candidates on candidates.range_id = carried.range_id and carried.place <= candidates.last_offset
  left join due on due.range_id = carried.range_id
  left join {{ ref('runs') }} as runs on runs.epoch = carried.epoch
  where carried.is_point = 1
),

counted as (
  select
    candidates.range_id,
    count(found.place) as found_count,
    count(case when found.epoch > found.due_epoch then 1 end) as late_count
  from candidates
  left join found on found.range_id = candidates.range_id
  group by candidates.range_id
),

judged as (
  select
    candidates.*, due.due_epoch, runs.as_of as opened_at, counted.found_count,
    due.due_epoch is not null
      and (counted.found_count < candidates.last_offset - candidates.first_offset + 1 or counted.late_count > 0) as has_holes
  from candidates
  inner join counted on counted.range_id = candidates.range_id
  left join due on due.range_id = candidates.range_id
  left join {{ ref('runs') }} as runs on runs.epoch = due.due_epoch
),

borders as (
  select judged.range_id, judged.last_offset, found.place as border
  from judged
  inner join found on found.range_id = judged.range_id and found.epoch <= judged.due_epoch
  where judged.has_holes
  union all
  select range_id, last_offset, first_offset - 1 from judged where has_holes
),

pieces as (
  select
    range_id, border + 1 as hole_first,
    coalesce(lead(border) over (partition by range_id order by border), last_offset + 1) - 1 as hole_last
  from borders
),

holes as (
  select
    pieces.range_id, pieces.hole_first, pieces.hole_last,
    count(found.place) as filled, max(found.arrived_at) as filled_at
  from pieces
  inner join judged on judged.range_id = pieces.range_id
  left join found
    on found.range_id = pieces.range_id and found.place between pieces.hole_first and pieces.hole_last
    and found.arrived_at <= {{ seconds_after('judged.opened_at', loss_watched_seconds()) }}
  where pieces.hole_first <= pieces.hole_last
  group by pieces.range_id, pieces.hole_first, pieces.hole_last
)

select
  judged.range_id, judged.source_name, judged.kafka_topic, judged.kafka_partition, judged.first_offset, judged.last_offset,
  judged.read_at, {{ utc_date('judged.read_at') }} as read_on,
  coalesce(
    judged.due_epoch is not null and (
      judged.found_count >= judged.last_offset - judged.first_offset + 1
      or newest.as_of > {{ seconds_after('judged.opened_at', loss_watched_seconds()) }}
    ), false
  ) as is_settled,
  holes.hole_first, holes.hole_last, holes.hole_last - holes.hole_first + 1 - holes.filled as missing,
  case when holes.hole_first is not null then judged.opened_at end as opened_at,
  case when holes.hole_last - holes.hole_first + 1 = holes.filled then holes.filled_at end as closed_at
from judged
cross join newest
left join holes on holes.range_id = judged.range_id
