-- Grain: one row a trader_id and interval of business time.
{{ config(materialized='view') }}

select
  trader_id, trader_name, desk_id, compliance_officer,
  valid_from, valid_to,
  valid_to = {{ end_of_time() }} as is_current,
  published_at as known_since, _load_id, _file, _record
from {{ ref('int_traders_validity') }}
where is_present
