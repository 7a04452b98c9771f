-- depends_on: {{ ref('trades_enriched') }}
-- Grain: one row a trade_id of the extract of the newest run's date. The function markets_extract_at(date) gives that of any date.
{{ config(materialized='view', pre_hook="{{ create_markets_extract_at() }}") }}

{%- set as_of_date = "(select " ~ utc_date('as_of') ~ " from " ~ ref('runs') ~ " where is_newest)" %}

select
  rows_of_day.*,
  (select as_of from {{ ref('runs') }} where is_newest) as extracted_at
from ({{ markets_extract_query(as_of_date) }}) as rows_of_day
