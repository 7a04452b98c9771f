/**
 * The question which messages stand in the envelope table of a stream and are in no slice yet, as GoogleSQL. What it answers grows with the holes in the log,
 * not with the messages: runs of offsets without one between them.
 */
import { bigqueryText } from './bigquery-text.ts';
import type { WarehouseDialect } from './dialect.ts';
import { streamTable } from './stream-tables.ts';

export interface StandingQuery {
  readonly source: string;
  /** Instant in UTC with 6 digits: no partition older than it is read, and no message that the bus took before it is found. */
  readonly since: string;
  readonly runsMax: number;
}

/**
 * One SELECT. Its only parameter is the told offsets as JSON text: [{kafka_topic, partition, ranges: [[first, last], ...]}, ...], runs that neither touch nor
 * overlap. A row is a run: topic, partition, first and last offset, and when the bus took the first and the last of its messages; the run with the oldest
 * message comes first. Deliveries of the same offset are one message, at the time of the first. Rows without a place in Kafka are passed over.
 *
 * Told runs are laid among the messages and looked up by a window in the order of the offsets: a join by ranges would compare each message with each run.
 */
export function standingMessagesQuery(dialect: WarehouseDialect, { source, since, runsMax }: StandingQuery): string {
  const { layer, name } = streamTable(source, 'messages');
  const place = 'kafka_topic, kafka_partition';
  return `with delivered as (
  select
    json_value(attributes, '$.kafka_topic') as kafka_topic,
    safe_cast(json_value(attributes, '$.kafka_partition') as int64) as kafka_partition,
    safe_cast(json_value(attributes, '$.kafka_offset') as int64) as kafka_offset,
    publish_time
  from ${dialect.table(layer, name)}
  where publish_time >= timestamp ${bigqueryText(since)}
),
messages as (
  select ${place}, kafka_offset, min(publish_time) as taken_at
  from delivered
  where kafka_topic is not null and kafka_partition >= 0 and kafka_offset >= 0
  group by ${place}, kafka_offset
),
told as (
  select
    json_value(place, '$.kafka_topic') as kafka_topic,
    cast(json_value(place, '$.partition') as int64) as kafka_partition,
    cast(json_value(run, '$[0]') as int64) as first_offset,
    cast(json_value(run, '$[1]') as int64) as last_offset
  from unnest(json_query_array(?)) as place
  cross join unnest(json_query_array(place, '$.ranges')) as run
),
points as (
  select ${place}, kafka_offset, 1 as is_message, taken_at, cast(null as int64) as told_until from messages
  union all
  select ${place}, first_offset, 0, cast(null as timestamp), last_offset from told
),
covered as (
  select
    ${place}, kafka_offset, is_message, taken_at,
    max(told_until) over (
      partition by ${place} order by kafka_offset, is_message rows between unbounded preceding and current row
    ) as told_until
  from points
),
untold as (
  select ${place}, kafka_offset, taken_at, kafka_offset - row_number() over (partition by ${place} order by kafka_offset) as run_id
  from covered
  where is_message = 1 and (told_until is null or told_until < kafka_offset)
)
select
  kafka_topic, kafka_partition, min(kafka_offset) as first_offset, max(kafka_offset) as last_offset,
  min(taken_at) as first_taken_at, max(taken_at) as last_taken_at
from untold
group by ${place}, run_id
order by first_taken_at, ${place}, first_offset
limit ${String(Math.trunc(runsMax))}`;
}
