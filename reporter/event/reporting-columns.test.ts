import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CANONICAL_ENTITIES } from '../../core/canonical/entities.ts';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { printType } from '../../core/types/type-text.ts';
import { REPORTING_COLUMNS } from './reporting-columns.ts';

const SPECS = fileURLToPath(new URL('../../source_specs/', import.meta.url));

test('the shipped source of trades has every reporting column, by its name and type', async () => {
  const spec = (await requireSpecs(SPECS)).find(({ name }) => name === 'trade_events');
  const own = new Map(spec?.schema.map(({ name, type }) => [name, printType(type)]));
  const canonical: readonly string[] = CANONICAL_ENTITIES.executions.columns.map(({ name }) => name);
  const reported = REPORTING_COLUMNS.filter(({ name }) => !canonical.includes(name));
  expect(reported.length).toBeGreaterThan(60);
  expect(reported.map(({ name }) => [name, own.get(name)])).toEqual(reported.map(({ name, type }) => [name, printType(type)]));
});

test('no two reporting columns have one name', () => {
  const names = REPORTING_COLUMNS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
