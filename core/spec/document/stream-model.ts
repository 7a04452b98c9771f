/** The blocks stream and quality of a source spec. Durations are texts: 500ms, 5s, 2m, 1h. */
import { Type } from '@sinclair/typebox';
import { count, flag, optionalKeys, scalar, text } from './model-forms.ts';

function columns(description: string) {
  return Type.Array(Type.String(), { description, minItems: 1 });
}

export const StreamModel = Type.Object(
  {
    kafka_topic: text('Kafka topic that is read; letters, digits, . _ and -'),
    pubsub_topic: Type.Optional(text('Pub/Sub topic of good messages; stream-<name> by default')),
    dead_letter_topic: Type.Optional(text('Pub/Sub topic of refused messages; <pubsub_topic>-dead-letter by default')),
    key_field: Type.Optional(
      text('Column that tells one event from another: of messages with the same value the first arrival counts (processing.deduplication)'),
    ),
    event_time_field: Type.Optional(
      text('Column, of type TIMESTAMP, of the moment of the event; by default what the time of the canonical entity is mapped from'),
    ),
    sequence_field: Type.Optional(text('Column, of type INT64, that grows by one from message to message; a hole is reported')),
    sequence_by: Type.Optional(columns('Columns that tell one sequence from another, e.g. instrument and session')),
    partition_key: Type.Optional(text('Column whose text keeps the order of messages on Pub/Sub; no order by default')),
    allowed_lateness: Type.Optional(text('How long after the newest event an event may come and be in time; 10s by default, at most 1h')),
    reconcile_with: Type.Optional(text('Source of files that tells of the same events, compared with the stream by key_field')),
  },
  { additionalProperties: false, description: 'Topics and times of a stream' },
);

export const QualityModel = optionalKeys(
  'What is looked at besides whether a record is good; findings in control tables, never a refusal',
  {
    volume_anomaly: Type.Number({ description: 'z-score above which a volume is reported', exclusiveMinimum: 0 }),
    gaps: Type.Array(text('A duration'), {
      description: 'Silences between two events of one instrument that are reported, e.g. [500ms, 5s, 30s]',
      minItems: 1,
    }),
    outliers: Type.Object(
      {
        column: text('Column of numbers'),
        window: Type.Optional(count('Number of values of the same instrument before it that are looked at; 100 by default', 2)),
        sigma: Type.Optional(scalar('Deviations from them above which a value is reported; 6 by default')),
        robust: Type.Optional(
          flag('Median and median absolute deviation (default), or mean and standard deviation, which one outlier moves'),
        ),
      },
      { additionalProperties: false, description: 'Values far from those before them, such as a wrong digit' },
    ),
    duplicates: Type.Object(
      {
        columns: columns('Columns that are alike in duplicates whose keys differ'),
        within: Type.Optional(text('Event time between the two; 10s by default, at most 1h')),
      },
      { additionalProperties: false, description: 'Records of the same fingerprint' },
    ),
    crossed: Type.Object(
      { bid: text('Column of the bid'), ask: text('Column of the ask') },
      { additionalProperties: false, description: 'A bid that is not below its ask' },
    ),
    positive: columns('Columns of numbers that must be above 0'),
    future: text('A moment this much later than the arrival of its message is reported; at most 24h'),
  },
);
