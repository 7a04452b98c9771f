import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import { modelKeys } from '../diff/model-keys.ts';

const HOME = fileURLToPath(new URL('../../', import.meta.url));

test('every model that has rows of its own is known with what names them', async () => {
  const keys = await modelKeys(HOME, await requireSpecs(`${HOME}source_specs`));
  expect(keys.get('curation.trade_versions')).toEqual(['trade_id', 'version']);
  expect(keys.get('curation.trades_enriched')).toEqual(['trade_id']);
  expect(keys.get('staging.stg_murex_trades')).toEqual(['_load_id', '_record']);
});
