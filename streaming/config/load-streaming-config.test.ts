import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadStreamingConfig, parseStreamingConfig } from './load-streaming-config.ts';

const FOLDER = fileURLToPath(new URL('../../config/', import.meta.url));

test('what config/local.yaml says of streams are the defaults', async () => {
  expect(await loadStreamingConfig(FOLDER, 'local')).toEqual(parseStreamingConfig('environment: local', 'x.yaml'));
});

test.each(['int', 'prod'])('%s has brokers and Pub/Sub, and makes no topics', async (environment) => {
  const config = await loadStreamingConfig(FOLDER, environment);
  expect(config.log.kind).toBe('kafka');
  expect(config.bus.kind).toBe('pubsub');
  expect(config.create_topics).toBe(false);
});

test.each([
  ['streaming:\n  log:\n    kinds: kafka\n', 'streaming.log.kinds is not a key of the configuration.', 3],
  ['streaming:\n  log:\n    kind: kafka\n', 'streaming.log.brokers is missing.', 3],
  ["streaming:\n  log: {kind: kafka, brokers: ['host']}\n", 'streaming.log.brokers.0 is wrong.', 2],
  ['streaming:\n  bus:\n    kind: pubsub\n', 'streaming.bus.project is missing.', 3],
  ['streaming:\n  log:\n    sasl: {mechanism: PLAIN, username: u, password: open}\n', 'streaming.log.sasl.password is wrong.', 3],
  ['streaming:\n  log:\n    sasl: {mechanism: PLAIN, username: u}\n', 'streaming.log.sasl has no username or password.', 3],
  ['streaming:\n  log:\n    tls: {client_key: {secret: kafka-key}}\n', 'streaming.log.tls has one half of a client certificate.', 3],
  ['streaming:\n  bridge:\n    high_mark_messages: 5\n', 'A low mark of streaming.bridge is above its high mark.', 3],
  ['streaming:\n  sink:\n    batch_seconds: 0\n', 'streaming.sink.batch_seconds is wrong.', 3],
])('a wrong block is refused at its place: %j', (text, message, line) => {
  expect(() => parseStreamingConfig(text, 'local.yaml')).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', place: expect.objectContaining({ file: 'local.yaml', line }) as unknown }) as Error,
  );
  expect(() => parseStreamingConfig(text, 'local.yaml')).toThrow(message);
});
