/** dbt and the extract on the embedded warehouse: a DuckDB file below the root. */
import { existsSync } from 'node:fs';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { dueExtracts, extractOf, type ExtractTime } from '../extract/extract-of-warehouse.ts';
import type { DbtWorker } from '../transform/dbt-process.ts';
import { snapshotPath } from '../transform/snapshot.ts';
import { owedCollector } from '../reports/collect-owed.ts';
import type { OwedJudge } from '../reports/owed-judge.ts';
import { checkReports } from '../reports/check-reports.ts';
import { checkStreams } from '../streams/check-streams.ts';
import { transform } from '../transform/transform.ts';
import { requireStaged } from '../rebuild/require-staged.ts';
import { logFailures } from './log-failures.ts';
import type { WarehouseLane } from './warehouse-steps.ts';

export interface LocalWarehouseOptions {
  readonly rootFolder: string;
  readonly worker: DbtWorker;
  readonly openReader: () => Promise<WarehouseReader>;
  readonly openOwedJudge?: () => Promise<OwedJudge>;
  readonly extract: ExtractTime;
  /** MiB; null for DuckDB's own bound. */
  readonly memoryMb?: number | null;
}

export function createLocalWarehouse(options: LocalWarehouseOptions): WarehouseLane {
  return {
    exists: async () => await Promise.resolve(existsSync(snapshotPath(options.rootFolder))),
    async transform(lane) {
      const beforeWholeRead = async (): Promise<void> => await requireStaged(lane.store, lane.state);
      const specs = lane.specs.map(({ spec }) => spec);
      const warehouse = { kind: 'duckdb', memory_mb: options.memoryMb ?? null } as const;
      const { finished, failures } = await transform({ rootFolder: options.rootFolder, specs, warehouse, beforeWholeRead }, options.worker);
      logFailures(lane.logger, failures);
      return finished;
    },
    checkStreams: async (lane) => await checkStreams(lane, options.openReader),
    ...(options.openOwedJudge === undefined ? {} : { collectOwed: owedCollector(options.openReader, options.openOwedJudge) }),
    checkReports: async (lane) => await checkReports(lane, options.openReader),
    dueExtracts: (lane) => dueExtracts(lane, options.extract),
    extract: async (lane, date) => await extractOf(lane, date, options.openReader),
  };
}
