-- Grain: one row a gap: numbers of a sequence that no message has (kind sequence), or offsets that a bridge read and that are neither messages nor dead
-- letters in the warehouse (kind loss).
{{ config(schema='control', materialized='view') }}

with sequences as (
  select
    gap_id, 'sequence' as kind, source_name, kafka_topic, kafka_partition, sequence_key, first_missing, last_missing,
    last_missing - first_missing + 1 as size, sum(coalesce(hole_last - hole_first + 1, 0)) as missing, opened_at, max(closed_at) as closed_at
  from {{ ref('int_sequence_gaps') }}
  group by gap_id, source_name, kafka_topic, kafka_partition, sequence_key, first_missing, last_missing, opened_at
),

losses as (
  select
    range_id || '/' || cast(hole_first as {{ type_text() }}) as gap_id, 'loss' as kind, source_name, kafka_topic, kafka_partition,
    cast(null as {{ type_text() }}) as sequence_key, hole_first as first_missing, hole_last as last_missing,
    hole_last - hole_first + 1 as size, missing, opened_at, closed_at
  from {{ ref('int_loss_gaps') }}
  where hole_first is not null
),

gaps as (
  select * from sequences
  union all
  select * from losses
)

select
  gap_id, kind, source_name, kafka_topic, kafka_partition, sequence_key, first_missing, last_missing, size,
  cast(missing as {{ type_integer() }}) as missing,
  {{ gap_severity('size') }} as severity,
  opened_at, closed_at
from gaps
