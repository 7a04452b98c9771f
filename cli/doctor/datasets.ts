/** Whether the datasets of a warehouse on BigQuery are there and query jobs may be run. */
import { isMarketsError, type MarketsError } from '../../core/errors/markets-error.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { LAYERS, type Layer } from '../../core/warehouse/dialect.ts';
import { isBigquery } from '../../orchestrator/config/warehouse-config.ts';
import { loadLaneConfig } from '../../orchestrator/config/load-config.ts';
import type { WarehouseSettings } from '../lane/open-warehouse.ts';
import { bad, good, type Check } from './check.ts';

/** Somebody waits for the answer: no tries beyond the first. */
const PATIENCE = { request_timeout_seconds: 20, request_attempts: 1, job_timeout_seconds: 30 };

/** None for the embedded warehouse, nor for a configuration that is wrong, which is a check of its own. */
export async function datasets(settings: WarehouseSettings): Promise<readonly Check[]> {
  const warehouse = await loadLaneConfig(settings.config, settings.env).then(
    (config) => config.warehouse,
    (error: unknown) => {
      if (isMarketsError(error)) return null;
      throw error;
    },
  );
  if (warehouse === null || !isBigquery(warehouse)) return [];
  const patient = { ...warehouse, ...PATIENCE };
  // Google's client is loaded only where it is asked something.
  const { openConfigured, openLoader } = await import('../lane/open-warehouse.ts');
  const loader = openLoader(patient);
  if (loader === undefined) return [];
  const named = (layer: Layer): string => `dataset ${warehouse.project}.${warehouse.dataset_prefix}${layer}`;
  const layers = await Promise.all(LAYERS.map(async (layer) => await dataset(loader, layer, named(layer))));
  return [...layers, await queries(await openConfigured(settings.root, patient))];
}

async function dataset(loader: WarehouseLoader, layer: Layer, name: string): Promise<Check> {
  return await checked(name, 'is there', async () => ((await loader.layerExists(layer)) ? null : 'is not there'));
}

/** The smallest job that there is: a SELECT of no table. */
async function queries(reader: WarehouseReader): Promise<Check> {
  try {
    return await checked('BigQuery jobs', 'can be run', async () => {
      await (await reader.query('select 1 as one')).batches[Symbol.asyncIterator]().next();
      return null;
    });
  } finally {
    reader.close();
  }
}

/** `look` gives what is wrong, null for nothing. */
async function checked(name: string, expected: string, look: () => Promise<string | null>): Promise<Check> {
  try {
    const wrong = await look();
    return wrong === null ? good(name, expected, expected) : bad(name, wrong, expected, MAKE);
  } catch (error) {
    if (!isMarketsError(error)) throw error;
    return bad(name, found(error), expected, NEXT[error.code] ?? error.next ?? 'see docs/reference/errors.md');
  }
}

const MAKE = 'make it (terraform apply, docs/cloud/terraform.md), or let runs make it (warehouse.create_datasets)';
const NEXT: Readonly<Record<string, string>> = {
  WAREHOUSE_QUERY: 'give the account its roles (docs/reference/iam.md)',
  WAREHOUSE_UNAVAILABLE: 'try again; if it stays so, look at the network: DNS and a way to bigquery.googleapis.com',
};

function found(error: MarketsError): string {
  return `${error.code}: ${error.message}${error.found === undefined ? '' : ` (${error.found})`}`;
}
