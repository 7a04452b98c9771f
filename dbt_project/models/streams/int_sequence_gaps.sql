-- Grain: one row a gap in a numbered sequence and hole that is left in it; one row without a hole where late messages filled it.
-- In the order of arrival (loads as they were published, in a load by offset), a number above the highest so far plus one opens a gap. The first message
-- of a sequence opens none. What a late message fills, the load closes that brings the last one; a gap that its own load fills was none.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='gap_id',
    cluster_by=['source_name'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(sources=sequenced_sources()) }}"
) }}

{%- set loads = unread_loads(sources=sequenced_sources()) %}
{%- set ids = load_ids(loads) %}

{{ merge_filter('opened_on', ['0001-01-01'], form='since') }}
with new_messages as (
  select
    messages.source_name, messages._kafka_topic, messages._kafka_partition, messages._sequence_key, messages._kafka_offset, messages._sequence,
    {{ sequence_id('messages') }} as sequence_id, loads.load_order, loads.published_at
  from {{ pruned(ref('int_stream_messages'), loads_filter(ids)) }} as messages
  inner join {{ ref('loads') }} as loads on loads.load_id = messages._load_id
  where messages._load_id in ({{ text_list(ids) }}) and messages._sequence is not null
),

known as (
  select sequence_id, max(last_sequence) as last_known
  from {{ ref('stream_sequences') }}
  {% if is_incremental() -%}
  where _load_id not in ({{ text_list(ids) }}) and sequence_id in (select sequence_id from new_messages)
  {%- else -%}
  where false
  {%- endif %}
  group by sequence_id
),

ordered as (
  select
    new_messages.*,
    known.last_known,
    max(new_messages._sequence) over (
      partition by new_messages.sequence_id order by new_messages.load_order, new_messages._kafka_offset
      rows between unbounded preceding and 1 preceding
    ) as last_before
  from new_messages
  left join known on known.sequence_id = new_messages.sequence_id
),

highest as (
  select
    ordered.*,
    case when coalesce(last_before, last_known) >= coalesce(last_known, last_before) then coalesce(last_before, last_known) else last_known end
      as highest_before
  from ordered
),

opened as (
  select
    sequence_id, source_name, _kafka_topic as kafka_topic, _kafka_partition as kafka_partition, _sequence_key as sequence_key,
    highest_before + 1 as first_missing, _sequence - 1 as last_missing, published_at as opened_at,
    highest_before + 1 as hole_first, _sequence - 1 as hole_last
  from highest
  where _sequence > highest_before + 1
  {% if is_incremental() -%}
  union all
  select
    standing.sequence_id, standing.source_name, standing.kafka_topic, standing.kafka_partition, standing.sequence_key,
    standing.first_missing, standing.last_missing, standing.opened_at, standing.hole_first, standing.hole_last
  from {{ this }} as standing
  where standing.hole_first is not null and standing.sequence_id in (select sequence_id from new_messages)
  {%- endif %}
),

fillers as (
  select
    opened.sequence_id, opened.first_missing, opened.hole_first, opened.hole_last, late._sequence as filled, min(late.published_at) as filled_at
  from opened
  inner join new_messages as late
    on late.sequence_id = opened.sequence_id and late._sequence between opened.hole_first and opened.hole_last
  group by opened.sequence_id, opened.first_missing, opened.hole_first, opened.hole_last, late._sequence
),

borders as (
  select sequence_id, first_missing, hole_first, hole_last, filled as border from fillers
  union all
  select sequence_id, first_missing, hole_first, hole_last, hole_first - 1 from opened
),

pieces as (
  select
    sequence_id, first_missing, border + 1 as piece_first,
    coalesce(
      lead(border) over (partition by sequence_id, first_missing, hole_first order by border), hole_last + 1
    ) - 1 as piece_last
  from borders
),

left_over as (
  select * from pieces where piece_first <= piece_last
),

gaps as (
  select
    opened.sequence_id, opened.first_missing,
    min(opened.source_name) as source_name, min(opened.kafka_topic) as kafka_topic, min(opened.kafka_partition) as kafka_partition,
    min(opened.sequence_key) as sequence_key, min(opened.last_missing) as last_missing, min(opened.opened_at) as opened_at
  from opened
  group by opened.sequence_id, opened.first_missing
),

closings as (
  select sequence_id, first_missing, max(filled_at) as filled_at from fillers group by sequence_id, first_missing
)

select
  gaps.sequence_id || '/' || cast(gaps.first_missing as {{ type_text() }}) as gap_id,
  gaps.sequence_id, gaps.source_name, gaps.kafka_topic, gaps.kafka_partition, gaps.sequence_key, gaps.first_missing, gaps.last_missing,
  gaps.opened_at, {{ utc_date('gaps.opened_at') }} as opened_on,
  left_over.piece_first as hole_first, left_over.piece_last as hole_last,
  case when left_over.piece_first is null then closings.filled_at end as closed_at
from gaps
left join left_over on left_over.sequence_id = gaps.sequence_id and left_over.first_missing = gaps.first_missing
left join closings on closings.sequence_id = gaps.sequence_id and closings.first_missing = gaps.first_missing
where left_over.piece_first is not null or closings.filled_at > gaps.opened_at
