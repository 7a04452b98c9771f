-- Grain: one row an event, whether it counts or not. Only segments that were not read are read.
{{ config(
    materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='hash',
    partition_by=partitioned_by('event_at', 'timestamp'), cluster_by=['type'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_inputs(ref('event_segments'), 'segment') }}"
) }}

{%- set segments = [] -%}
{%- set known_segments = ref('event_segments') -%}
{%- if can_query(known_segments) -%}
  {%- for row in run_query("select segment from " ~ known_segments ~ " as known where " ~ is_unread('known.segment') ~ " order by segment").rows -%}
    {%- do segments.append(row[0]) -%}
  {%- endfor -%}
{%- endif %}

{%- set places = event_places(segments) %}

{{ merge_filter('event_at', places.dates, form='days') }}
with read as (
  {% if segments %}{{ read_event_objects(segments, places.since) }}{% else %}{{ no_events() }}{% endif %}
)

-- A sealed day holds the events of its segments again: the hash of an event says that it is the same.
select *
from read
{% if is_incremental() %}
where read.hash not in (select logged.hash from {{ pruned(this, places.filter) }} as logged)
{% endif %}
qualify row_number() over (partition by read.hash order by read.segment) = 1
