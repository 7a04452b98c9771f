import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadLaneConfig, parseLaneConfig } from './load-config.ts';

const FOLDER = fileURLToPath(new URL('../../config/', import.meta.url));

test.each(['local', 'int', 'prod'] as const)('the configuration of %s is good', async (environment) => {
  expect((await loadLaneConfig(FOLDER, environment)).environment).toBe(environment);
});

test('what config/local.yaml says are the defaults', async () => {
  expect(await loadLaneConfig(FOLDER, 'local')).toEqual(parseLaneConfig('environment: local', 'x.yaml'));
});

test.each([
  ['environment: local\nlane:\n  settle: 2\n', 'lane.settle is not a key of the configuration.', 3],
  ['environment: local\nlane:\n  files_at_once: 0\n', 'lane.files_at_once is wrong.', 3],
  ["environment: local\n\nextract:\n  at: '25:00'\n", 'extract.at is wrong.', 4],
  ['environment: local\nextract:\n  timezone: Moon/Base\n', 'extract.timezone is no time zone.', 3],
  ['environment: local\ndelivery:\n  to: sftp\n  sftp: {host: h, username: u}\n', 'delivery.sftp.host_keys is missing.', 4],
  [
    `environment: local\ndelivery:\n  to: sftp\n  sftp:\n    {host: h, username: u, host_keys: ['SHA256:${'A'.repeat(43)}']}\n`,
    'delivery.sftp needs one way to log in.',
    5,
  ],
  ['environment: local\ndelivery:\n  to: local\n', 'delivery.local.path is missing.', 3],
  ["environment: local\ndelivery:\n  folder: 'in/../out'\n", 'delivery.folder is wrong.', 3],
  ['environment: local\ndelivery:\n  receipts: {pattern: a/b}\n', 'delivery.receipts.pattern is wrong.', 3],
  ['environment: local\nalerts:\n  webhook_url: {secret: Hook}\n', 'alerts.webhook_url is wrong.', 3],
  ['environment: local\nsecrets:\n  from: google\n', 'secrets.google_project is missing.', 3],
  ['environment: local\nwarehouse:\n  kind: bigquery\n', 'warehouse.project is missing.', 3],
  ['environment: local\nwarehouse:\n  labels:\n    Team: a\n', 'warehouse.labels.Team is not a key of the configuration.', 4],
  ['environment: [local', 'The configuration is no YAML.', 1],
  ['environment: staging', 'environment is wrong.', 1],
])('a wrong configuration is refused at its place: %j', (text, message, line) => {
  expect(() => parseLaneConfig(text, 'local.yaml')).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message,
      place: expect.objectContaining({ file: 'local.yaml', line }) as unknown,
    }) as Error,
  );
});
