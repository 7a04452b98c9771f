-- Grain: one row a source, partition and minute in which a bridge told what it read: lag at its end, and how much was read.
{{ config(schema='control', materialized='view') }}

select
  source_name, kafka_topic, kafka_partition,
  {{ window_start('read_at', 60) }} as minute,
  sum(read_count) as messages_read,
  sum(dead_lettered) as dead_lettered,
  sum(skipped) as skipped,
  sum(in_doubt) as in_doubt,
  {{ first_in_order('lag_messages', 'read_at desc, writer desc, record_no desc') }} as lag_messages,
  {{ first_in_order('lag_ms', 'read_at desc, writer desc, record_no desc') }} as lag_ms,
  max(lag_ms) as lag_ms_max
from {{ ref('stream_reads') }}
group by source_name, kafka_topic, kafka_partition, {{ window_start('read_at', 60) }}
