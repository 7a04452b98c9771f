/**
 * The warehouse on BigQuery: what is published is loaded, then dbt builds from it, and extracts are read from what dbt built. There is no copy
 * for readers: a model that is being built is replaced whole, and the datasets are read where they are.
 */
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { LAYERS } from '../../core/warehouse/dialect.ts';
import { streamTable } from '../../core/warehouse/stream-tables.ts';
import type { BigqueryConfig } from '../config/warehouse-config.ts';
import { dueExtracts, extractOf, type ExtractTime } from '../extract/extract-of-warehouse.ts';
import { loadLiveFindings } from '../load/load-live-findings.ts';
import { loadEverything, loadWarehouse } from '../load/load-warehouse.ts';
import { prepareStreamTables } from '../load/stream-tables.ts';
import { requireStaged } from '../rebuild/require-staged.ts';
import { requireStanding } from '../rebuild/require-standing.ts';
import type { DbtWorker } from '../transform/dbt-process.ts';
import { askStandingMessages } from '../streams/standing-messages.ts';
import { owedCollector } from '../reports/collect-owed.ts';
import type { OwedJudge } from '../reports/owed-judge.ts';
import { checkReports } from '../reports/check-reports.ts';
import { checkStreams } from '../streams/check-streams.ts';
import { transform } from '../transform/transform.ts';
import { logFailures } from './log-failures.ts';
import type { WarehouseLane } from './warehouse-steps.ts';

export interface BigqueryWarehouseOptions {
  /** A folder of this machine for the dbt project; it may be empty each time. */
  readonly workFolder: string;
  readonly worker: DbtWorker;
  readonly loader: WarehouseLoader;
  readonly openReader: () => Promise<WarehouseReader>;
  readonly openOwedJudge?: () => Promise<OwedJudge>;
  readonly config: BigqueryConfig;
  readonly environment: string;
  readonly extract: ExtractTime;
}

export function createBigqueryWarehouse(options: BigqueryWarehouseOptions): WarehouseLane {
  const { loader, config, environment } = options;
  return {
    exists: async () => await loader.exists('control', 'events'),
    async standingMessages(question) {
      const { layer, name } = streamTable(question.source, 'messages');
      // Before Terraform or the sink made the table nothing stands in it.
      return (await loader.exists(layer, name)) ? await askStandingMessages(options.openReader, question) : [];
    },
    async loadFindings({ store }, source, committed) {
      if (config.create_datasets) await loader.createLayers(LAYERS);
      await loadLiveFindings(store, loader, source, committed);
    },
    async transform(lane) {
      if (config.create_datasets) await loader.createLayers(LAYERS);
      const specs = lane.specs.map(({ spec }) => spec);
      await prepareStreamTables(loader, specs, { mayCreate: config.create_datasets });
      const reader = await options.openReader();
      try {
        const loads = await loadWarehouse(lane, loader, reader);
        lane.logger.log('info', 'warehouse_loaded', { ...loads });
      } finally {
        reader.close();
      }
      const beforeWholeRead = async (): Promise<void> => {
        await requireStaged(lane.store, lane.state);
        requireStanding(lane.state, lane.clock.now());
        await loadEverything(lane, loader);
      };
      const target = { rootFolder: options.workFolder, specs, warehouse: { ...config, environment }, beforeWholeRead };
      const { finished, failures } = await transform(target, options.worker);
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
