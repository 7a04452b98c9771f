/** The raw tables of streams, which Terraform makes together with the subscriptions that write them; an emulator has them from here. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { streamTable } from '../../core/warehouse/stream-tables.ts';
import type { TableDefinition } from '../../core/warehouse/table-definition.ts';
import { isStream } from '../streams/stream-sources.ts';

/** dbt reads the tables of every enabled stream, a silent one too. WAREHOUSE_LOAD where one is missing that is not to be made: then dbt must not run. */
export async function prepareStreamTables(
  loader: WarehouseLoader,
  specs: readonly SourceSpec[],
  options: { readonly mayCreate: boolean },
): Promise<void> {
  const streams = specs.filter((spec) => spec.enabled && isStream(spec));
  const tables = streams.flatMap(({ name }) => [streamTable(name, 'messages'), streamTable(name, 'dead_letters')]);
  if (options.mayCreate) {
    await loader.prepare(tables);
    return;
  }
  const missing = await missingOf(loader, tables);
  if (missing.length === 0) return;
  throw new MarketsError('WAREHOUSE_LOAD', 'Tables of streams are not there.', {
    expected: 'the tables that Terraform makes for every stream: apply it before specs with new streams are deployed',
    found: `no ${missing.join(', ')}`,
  });
}

async function missingOf(loader: WarehouseLoader, tables: readonly TableDefinition[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { layer, name } of tables) {
    if (!(await loader.exists(layer, name))) missing.push(`${layer}.${name}`);
  }
  return missing;
}
