/** stream: topics and times of a source that comes through Kafka, and through Pub/Sub where it is no source of files. */
import { withoutCompression } from '../compression.ts';
import { parsePathPattern } from '../path-pattern.ts';
import { canonicalTimeColumn } from '../source-column.ts';
import type { Canonical, Column, Source, Stream } from '../source-spec.ts';
import { buildDuration } from './build-duration.ts';
import { report, reportKey, type Builder } from './builder.ts';
import { checkColumnOf, KEY_KINDS } from './check-column.ts';

const ALLOWED_LATENESS = '10s';
/** State of a closed candle is kept that long in memory. */
const LATENESS_BOUNDS = { least: '0s', most: '1h' } as const;
/** Kafka's own rule. */
const KAFKA_TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
/** Pub/Sub's rule, short enough for the names of subscriptions; the same as terraform/modules/factory/outputs.tf. */
const PUBSUB_TOPIC = /^(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,230}$/;
/** Of the variant that writes files, nothing goes to Pub/Sub and nobody waits for late events. */
const ONLY_OF_STREAMS = ['pubsub_topic', 'dead_letter_topic', 'partition_key', 'allowed_lateness', 'reconcile_with'] as const;

export function buildStream(builder: Builder, source: Source, columns: readonly Column[], canonical: Canonical): Stream | null {
  const document = builder.document.stream;
  if (document === undefined) {
    if (source.type === 'stream') {
      report(builder, ['stream'], 'A key is missing.', { expected: 'stream: {kafka_topic: name of the topic, ...}', found: 'nothing' });
    }
    return null;
  }
  if (source.type === 'file') checkFileVariant(builder, source);
  const topics = buildTopics(builder);
  const lateness = document.allowed_lateness ?? ALLOWED_LATENESS;
  return {
    ...topics,
    ...buildFields(builder, columns, canonical),
    allowed_lateness_ms: buildDuration(builder, ['stream', 'allowed_lateness'], lateness, LATENESS_BOUNDS) ?? 0,
    reconcile_with: buildReconciled(builder),
  };
}

function buildTopics(builder: Builder): Pick<Stream, 'kafka_topic' | 'pubsub_topic' | 'dead_letter_topic'> {
  const { name, stream } = builder.document;
  const kafka = stream?.kafka_topic ?? '';
  if (!KAFKA_TOPIC.test(kafka) || kafka === '.' || kafka === '..') {
    report(builder, ['stream', 'kafka_topic'], 'Kafka knows no topic of such a name.', {
      expected: '1 to 249 letters, digits, . _ or -',
      found: kafka,
    });
  }
  const pubsub = stream?.pubsub_topic ?? `stream-${name.replaceAll('_', '-')}`;
  const deadLetters = stream?.dead_letter_topic ?? `${pubsub}-dead-letter`;
  checkPubSubTopic(builder, 'pubsub_topic', pubsub);
  checkPubSubTopic(builder, 'dead_letter_topic', deadLetters);
  if (pubsub === deadLetters) {
    report(builder, ['stream', 'dead_letter_topic'], 'Good and refused messages have one topic.', {
      expected: 'a topic of its own',
      found: deadLetters,
    });
  }
  return { kafka_topic: kafka, pubsub_topic: pubsub, dead_letter_topic: deadLetters };
}

function checkPubSubTopic(builder: Builder, key: 'pubsub_topic' | 'dead_letter_topic', topic: string): void {
  if (!PUBSUB_TOPIC.test(topic)) {
    report(builder, ['stream', key], 'Pub/Sub knows no topic of such a name.', {
      expected: '3 to 231 letters, digits, . _ ~ % + or -, beginning with a letter and not with goog',
      found: topic,
    });
  }
}

type Fields = Pick<Stream, 'key_field' | 'event_time_field' | 'sequence_field' | 'sequence_by' | 'partition_key'>;

function buildFields(builder: Builder, columns: readonly Column[], canonical: Canonical): Fields {
  const { stream = { kafka_topic: '' } } = builder.document;
  const { key_field: key, event_time_field: time, sequence_field: sequence, sequence_by: by = [], partition_key: partition } = stream;
  const check = (name: string | undefined, field: string, kinds: typeof KEY_KINDS, what: string): void => {
    if (name !== undefined) checkColumnOf(builder, ['stream', field], name, columns, { kinds, what });
  };
  check(key, 'key_field', KEY_KINDS, 'the key of an event');
  check(time, 'event_time_field', ['TIMESTAMP'], 'the moment of an event');
  check(sequence, 'sequence_field', ['INT64'], 'a number in a sequence');
  check(partition, 'partition_key', ['STRING', 'INT64'], 'the key of an order');
  by.forEach((name, index) => {
    checkColumnOf(builder, ['stream', 'sequence_by', index], name, columns, { kinds: KEY_KINDS, what: 'the name of a sequence' });
    if (by.indexOf(name) < index) {
      report(builder, ['stream', 'sequence_by', index], 'A column is there twice.', { expected: 'each column once', found: name });
    }
  });
  if (by.length > 0 && sequence === undefined) {
    reportKey(builder, ['stream', 'sequence_by'], 'sequence_by has no meaning without sequence_field.', {
      expected: 'sequence_field: a column of type INT64',
      found: 'nothing',
    });
  }
  const ofEntity = canonicalTimeColumn(canonical);
  const isTimestamp = columns.some(({ name, type }) => name === ofEntity && type.kind === 'TIMESTAMP');
  return {
    key_field: key ?? null,
    event_time_field: time ?? (isTimestamp ? ofEntity : null),
    sequence_field: sequence ?? null,
    sequence_by: by,
    partition_key: partition ?? null,
  };
}

/** Whether there is such a source is known once all specs are (stream-clashes.ts). */
function buildReconciled(builder: Builder): string | null {
  const { stream } = builder.document;
  const other = stream?.reconcile_with;
  if (other !== undefined && stream?.key_field === undefined) {
    reportKey(builder, ['stream', 'reconcile_with'], 'Events are compared by their key.', {
      expected: 'stream.key_field: a column that both sources have',
      found: 'no key_field',
    });
  }
  return other ?? null;
}

/** Messages become files: their lines are the messages, and the star takes what tells one file from another. */
function checkFileVariant(builder: Builder, source: Source): void {
  for (const key of ONLY_OF_STREAMS) {
    if (builder.document.stream?.[key] !== undefined) {
      reportKey(builder, ['stream', key], `${key} has no meaning for messages that become files.`, {
        expected: `source.type: stream, or no ${key}`,
        found: 'source.type: file',
      });
    }
  }
  if (source.format !== 'jsonl') {
    report(builder, ['source', 'format'], 'Messages become files of one JSON object a line.', {
      expected: 'jsonl where the source has a stream',
      found: source.format,
    });
  }
  const text = source.path_pattern?.text ?? '';
  const parsed = parsePathPattern(text);
  const wild = parsed.ok ? parsed.parts.filter(({ kind }) => kind !== 'literal' && kind !== 'date') : [];
  if (wild.length !== 1 || wild[0]?.kind !== 'star' || withoutCompression(text) !== text) {
    report(builder, ['source', 'path_pattern'], 'The names of the files to be written do not follow from the pattern.', {
      expected: 'one *, no other wildcard and no compression, e.g. venue/fills_*.jsonl',
      found: text,
    });
  }
}
