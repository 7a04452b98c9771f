/** A root on which cycles collect streams and dbt builds its warehouse, for tests that look at the rows. */
import { createFolderObjectStore } from '../../../core/adapters/folder-object-store/folder-object-store.ts';
import { openDuckdbWarehouse } from '../../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { SILENT, type Logger } from '../../../core/telemetry/logger.ts';
import type { CycleResult } from '../../run/cycle-result.ts';
import { createLocalWarehouse } from '../../run/local-warehouse.ts';
import { laneBench, type LaneBench } from '../../test-support/lane-bench.ts';
import type { DbtWorker } from '../dbt-process.ts';
import { transform } from '../transform.ts';
import { copyDeliveries } from './build-anew.ts';
import { snapshotPath, warehousePath } from '../snapshot.ts';

const NO_EXTRACT = { at: '23:59:59', timezone: 'UTC' } as const;
const MEMORY_MB = 2048;

export class StreamWarehouse {
  readonly folder: string;
  readonly store: ObjectStore;
  private readonly bench: LaneBench;
  private readonly specs: readonly SourceSpec[];
  private readonly worker: DbtWorker;

  constructor(folder: string, specs: readonly SourceSpec[], worker: DbtWorker) {
    this.folder = folder;
    this.specs = specs;
    this.worker = worker;
    this.store = createFolderObjectStore(folder);
    this.bench = laneBench(this.store);
  }

  /** What dbt said against a build. */
  readonly problems: string[] = [];

  async cycle(now: string): Promise<CycleResult> {
    const warehouse = createLocalWarehouse({
      rootFolder: this.folder,
      worker: this.worker,
      openReader: async () => await openDuckdbWarehouse({ path: snapshotPath(this.folder) }),
      extract: NO_EXTRACT,
      memoryMb: MEMORY_MB,
    });
    const specs = this.specs.map((spec) => ({ spec, text: Buffer.from(spec.name) }));
    const log: Logger['log'] = (level, event, fields) => {
      if (level === 'error') this.problems.push(`${event} ${JSON.stringify(fields)}`);
    };
    return await this.bench.run(now, specs, { warehouse, logger: { ...SILENT, log } });
  }

  /** The same events and parts, with a warehouse built from nothing. */
  async anew(folder: string): Promise<StreamWarehouse> {
    await copyDeliveries(this.folder, folder);
    const { failures } = await transform({ rootFolder: folder, specs: this.specs }, this.worker);
    const copy = new StreamWarehouse(folder, this.specs, this.worker);
    copy.problems.push(...failures.map(({ name, message }) => `${name}: ${message}`));
    return copy;
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return await this.worker.read(warehousePath(this.folder), sql);
  }
}
