-- Grain: one row an event segment (or sealed day) found under control/events.
{{ config(
    materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='segment',
    partition_by=partitioned_by('ingested_on')
) }}

{%- set since = unseen_since() %}

{{ merge_filter('ingested_on', [since], form='since') }}
with found as (
  {{ event_objects(since) }}
)

select *
from found
{% if is_incremental() %}
where segment not in (select known.segment from {{ this }} as known)
{% endif %}
