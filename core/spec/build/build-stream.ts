/** stream: topics and times of a source that comes through Kafka and Pub/Sub. */
import type { Stream } from '../source-spec.ts';
import type { Builder } from './builder.ts';

export function buildStream(_builder: Builder): Stream | null {
  return null;
}
