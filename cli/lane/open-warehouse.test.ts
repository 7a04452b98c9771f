import { expect, test } from 'vitest';
import { parseLaneConfig } from '../../orchestrator/index.ts';
import { openConfigured, openLoader, refuseOtherRoot } from './open-warehouse.ts';

const { warehouse: duckdb } = parseLaneConfig('environment: local', 'local.yaml');
const { warehouse: bigquery } = parseLaneConfig(
  'environment: int\nwarehouse: { kind: bigquery, project: bank-int, dataset_prefix: t_ }',
  'int.yaml',
);

test('a warehouse and a root that do not fit are refused', () => {
  const refused = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
  expect(() => refuseOtherRoot('gs://bank', duckdb)).toThrow(refused);
  expect(() => refuseOtherRoot('/data', bigquery)).toThrow(refused);
  refuseOtherRoot('/data', duckdb);
  refuseOtherRoot('gs://bank', bigquery);
});

test('the configuration says which warehouse is read and what fills it', async () => {
  const reader = await openConfigured('gs://bank', bigquery);
  expect(reader.dialect.table('raw', '_events')).toBe('`bank-int.t_raw._events`');
  reader.close();
  expect(openLoader(bigquery)?.dialect.kind).toBe('bigquery');
  expect(openLoader(duckdb)).toBeUndefined();
  await expect(openConfigured('/nowhere', duckdb)).rejects.toMatchObject({ code: 'WAREHOUSE_MISSING' });
});
