-- Grain: one row a source, topic, reason and code of refused messages. A message with several codes counts for each of them.
{{ config(schema='control', materialized='view') }}

with coded as (
  select letters.source_name, letters.kafka_topic, letters.reason, letters.publish_time, code
  from {{ ref('int_stream_dead_letters') }} as letters
  {{ cross_join_parts("coalesce(letters.codes, '')", 'code') }}
)

select
  source_name, kafka_topic, reason, nullif(code, '') as code,
  count(*) as messages, min(publish_time) as first_at, max(publish_time) as last_at
from coded
group by source_name, kafka_topic, reason, nullif(code, '')
