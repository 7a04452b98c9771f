/** What is wrong with streams together: topics and tables that two of them claim, and files to compare with that are not there. */
import { nearestWord } from '../types/nearest-word.ts';
import { problemOfSpec, type PlacedSpec } from './placed-spec.ts';
import type { SourceSpec } from './source-spec.ts';
import type { SpecProblem } from './spec-problem.ts';

/** Pub/Sub topics of the platform itself; the same as terraform/modules/factory/streams.tf. */
const PLATFORM_TOPICS = ['markets-landing', 'markets-landing-dead-letter'];
/** Of which candles are made, and published to <pubsub_topic>-candles. */
const CANDLE_ENTITIES: readonly string[] = ['trades', 'prices'];
/** What the names of a stream's tables and views end with. */
const TABLE_ENDINGS = ['_stream', '_stream_messages', '_stream_dead_letters'];

/** `placed` in the order of names; `files` are those of all specs, bad ones too. */
export function streamClashes(placed: readonly PlacedSpec[], files: readonly string[]): readonly SpecProblem[] {
  return [...kafkaTopics(placed), ...pubSubTopics(placed), ...tables(placed), ...reconciled(placed, files)];
}

/**
 * A message is a record of one source: of two sources of one topic the one would refuse what is the other's. Only FIX tells by its
 * MsgType whose a message is; each of the two reads the topic in a consumer group of its own then.
 */
function kafkaTopics(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  const readers = placed.filter(({ spec }) => spec.enabled && spec.stream !== null);
  return readers.flatMap((each, index) => {
    const topic = each.spec.stream?.kafka_topic ?? '';
    const other = readers.slice(0, index).find(({ spec }) => spec.stream?.kafka_topic === topic && !areApart(spec, each.spec));
    if (other === undefined) return [];
    const message = `Two sources take every message of one Kafka topic: ${other.spec.name} does so too.`;
    const expected = 'a topic of its own, other source.message_types of FIX, or one of the two with enabled: false';
    return [problemOfSpec(each, ['stream', 'kafka_topic'], message, expected, topic)];
  });
}

function areApart(one: SourceSpec, other: SourceSpec): boolean {
  const [types, others] = [one.source.fix?.message_types, other.source.fix?.message_types];
  return Array.isArray(types) && Array.isArray(others) && !types.some((type) => others.includes(type));
}

/** A disabled source keeps its topics, as it keeps its data. */
function pubSubTopics(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  const owners = new Map(PLATFORM_TOPICS.map((topic) => [topic, 'the platform itself']));
  return placed.flatMap((each) => {
    const { source, stream, name, canonical } = each.spec;
    if (source.type !== 'stream' || stream === null) return [];
    const { pubsub_topic: pubsub, dead_letter_topic: deadLetters } = stream;
    const candles = CANDLE_ENTITIES.includes(canonical.entity) ? [['pubsub_topic', `${pubsub}-candles`] as const] : [];
    const topics = [['pubsub_topic', pubsub] as const, ['dead_letter_topic', deadLetters] as const, ...candles];
    return topics.flatMap(([key, topic]) => {
      const owner = owners.get(topic);
      if (owner === undefined) {
        owners.set(topic, name);
        return [];
      }
      return [problemOfSpec(each, ['stream', key], `The Pub/Sub topic is that of ${owner} too.`, 'a topic of its own', topic)];
    });
  });
}

function tables(placed: readonly PlacedSpec[]): readonly SpecProblem[] {
  const streams = placed.filter(({ spec }) => spec.source.type === 'stream');
  const owners = new Map(streams.flatMap(({ spec }) => TABLE_ENDINGS.map((ending) => [`${spec.name}${ending}`, spec.name])));
  return placed.flatMap((each) => {
    const owner = owners.get(each.spec.name);
    return owner === undefined
      ? []
      : [problemOfSpec(each, ['name'], `A table of the stream ${owner} has this name.`, 'another name', each.spec.name)];
  });
}

/** A source whose own spec is bad has problems enough. */
function reconciled(placed: readonly PlacedSpec[], files: readonly string[]): readonly SpecProblem[] {
  const isBad = (name: string): boolean => files.some((file) => file.replace(/^.*\//, '').replace(/\.ya?ml$/, '') === name);
  return placed.flatMap((each) => {
    const { stream, schema } = each.spec;
    const name = stream?.reconcile_with ?? null;
    if (stream === null || name === null) return [];
    const path = ['stream', 'reconcile_with'];
    const other = placed.find(({ spec }) => spec.name === name)?.spec;
    if (other === undefined) {
      const known = placed.filter(({ spec }) => spec.source.type === 'file').map(({ spec }) => spec.name);
      const nearest = nearestWord(name, known);
      const expected = nearest === undefined ? `a source of files: ${known.join(', ')}` : `perhaps ${nearest}`;
      return isBad(name) ? [] : [problemOfSpec(each, path, `There is no source ${name}.`, expected, name)];
    }
    if (other.source.type !== 'file') {
      const message = 'A stream is compared with files.';
      return [problemOfSpec(each, path, message, 'a source whose source.type is file', `${name}, which is a ${other.source.type}`)];
    }
    const key = schema.find((column) => column.name === stream.key_field);
    const otherKey = other.schema.find((column) => column.name === stream.key_field);
    if (key === undefined || otherKey?.type.kind === key.type.kind) return [];
    const message = `Events are compared by ${key.name}, which ${name} has not.`;
    const found = otherKey === undefined ? 'no such column' : `${otherKey.name} of type ${otherKey.type_text}`;
    return [problemOfSpec(each, path, message, `a column ${key.name} of type ${key.type_text} in ${name}`, found)];
  });
}
