-- Grain: one row an event segment (or sealed day) found under control/events.
{{ config(materialized='incremental', incremental_strategy='append') }}

with found as (
  {{ event_objects() }}
)

select segment
from found
{% if is_incremental() %}
where segment not in (select known.segment from {{ this }} as known)
{% endif %}
