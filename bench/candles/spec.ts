/** The source that is measured. */
import { fileURLToPath } from 'node:url';
import { requireSpecs } from '../../core/spec/load-specs.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';

const SPECS = fileURLToPath(new URL('../../source_specs', import.meta.url));

export async function benchSpec(): Promise<SourceSpec> {
  const spec = (await requireSpecs(SPECS)).find(({ name }) => name === 'exchange_trades');
  if (spec === undefined) throw new Error('there is no source exchange_trades');
  return spec;
}
