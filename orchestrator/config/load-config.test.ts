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
