/** Everything `markets doctor` looks at, in the order in which it is shown. */
import type { Environment } from '../framework/environment.ts';
import type { Settings } from '../framework/settings.ts';
import type { Check } from './check.ts';
import { workFolder } from '../lane/work-folder.ts';
import { buckets } from './buckets.ts';
import { datasets } from './datasets.ts';
import { configuration } from './configuration.ts';
import { diskSpace, rootFolder } from './folders.ts';
import { sourceSpecs } from './source-specs.ts';
import { streams } from './streams.ts';
import { duckdbNode, nodeVersion, npmPackages, pythonPackages } from './versions.ts';

export async function examine(settings: Settings, environment: Environment): Promise<readonly Check[]> {
  const { home } = environment;
  const [npm, duckdb, python, root, disk, specs, config, cloud, warehouse, streaming] = await Promise.all([
    npmPackages(home),
    duckdbNode(home),
    pythonPackages(home),
    rootFolder(workFolder(settings.root)),
    diskSpace(workFolder(settings.root)),
    sourceSpecs(settings.specs),
    configuration(settings),
    buckets(settings),
    datasets(settings),
    streams(settings, environment),
  ]);
  return [nodeVersion(), npm, duckdb, ...python, root, disk, specs, config, ...cloud, ...warehouse, ...streaming];
}
