-- Grain: one row a report that nobody sends any more by itself: dead-lettered, and neither replayed with success nor resolved.
{{ config(schema='control', materialized='view') }}

select
  report_id, event_id, regime, source_name, trade_id, trade_version, trade_status, trade_time, received_at, trn, due_at, tries, codes, reason, instance
from {{ ref('regulatory_submissions') }}
where state = 'dead_lettered'
