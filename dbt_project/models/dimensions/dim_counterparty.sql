-- Grain: one row a counterparty_id and interval of business time.
{{ config(materialized='view') }}

select
  counterparty_id, counterparty_name, counterparty_lei, country,
  valid_from, valid_to,
  valid_to = {{ end_of_time() }} as is_current,
  published_at as known_since, _load_id, _file, _record
from {{ ref('int_counterparties_validity') }}
where is_present
