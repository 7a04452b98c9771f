-- Grain: one row a instrument_id and interval of business time.
{{ config(materialized='view') }}

select
  instrument_id, instrument_symbol, isin, instrument_name, asset_class, currency, venue, is_active,
  valid_from, valid_to,
  valid_to = {{ end_of_time() }} as is_current,
  published_at as known_since, _load_id, _file, _record
from {{ ref('int_instruments_validity') }}
where is_present
