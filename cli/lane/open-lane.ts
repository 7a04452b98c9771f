/** The batch lane of the command line: adapters and files chosen by the global options. */
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { join } from 'node:path';
import { writeParquetRows } from '../../core/adapters/duckdb/parquet-rows.ts';
import { loadCalendars } from '../../core/calendars/load-calendars.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import {
  createLaneRuntime,
  DBT_VARIABLES,
  loadLaneConfig,
  loadLaneSpecs,
  type LaneConfig,
  type LaneRuntime,
} from '../../orchestrator/index.ts';
import type { CommandContext } from '../framework/command.ts';
import { openPartner } from './open-partner.ts';
import { openSecrets } from './open-secrets.ts';
import { openStore } from './open-store.ts';
import { owedJudgeOpener } from '../reporter/open-owed-judge.ts';
import { openConfigured, openLoader, refuseOtherRoot } from './open-warehouse.ts';
import { workFolder } from './work-folder.ts';

export interface OpenLane {
  readonly lane: LaneRuntime;
  readonly config: LaneConfig;
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/**
 * Ends the lane's processes with `close`, whatever happened. CONFIG_INVALID where root and warehouse do not fit and the warehouse is not left
 * out: by --skip-dbt, or by a command whose cycles never have it.
 */
export async function openLane(
  { settings, environment, signal, input }: CommandContext,
  { withoutWarehouse = false }: { readonly withoutWarehouse?: boolean } = {},
): Promise<OpenLane> {
  const rootFolder = workFolder(settings.root);
  const config = await loadLaneConfig(settings.config, settings.env);
  if (!withoutWarehouse && !input.flag('skip-dbt')) refuseOtherRoot(settings.root, config.warehouse);
  const store = await openStore(settings);
  const specs = await loadLaneSpecs(settings.specs);
  const calendars = await loadCalendars(
    join(environment.home, 'config', 'calendars'),
    specs.map(({ spec }) => spec.expectations.calendar),
  );
  const secrets = openSecrets(config, environment);
  const loader = openLoader(config.warehouse);
  const logger = createLogger({ level: settings.logLevel });
  const openReader = async (): Promise<WarehouseReader> => await openConfigured(settings.root, config.warehouse);
  const openOwedJudge = await owedJudgeOpener(
    settings,
    environment.home,
    specs.map(({ spec }) => spec),
    openReader,
  );
  const lane = createLaneRuntime({
    writeParquetRows,
    store,
    rootFolder,
    specs,
    config,
    calendars,
    openReader,
    ...(openOwedJudge === undefined ? {} : { openOwedJudge }),
    ...(loader === undefined ? {} : { loader }),
    dbtVariables: Object.fromEntries(
      DBT_VARIABLES.flatMap((name) => {
        const value = environment.variable(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    secrets,
    partner: openPartner(config, secrets, environment),
    logger,
    signal,
  });
  return {
    lane,
    config,
    store,
    async close() {
      await lane.close();
      await logger.close();
    },
  };
}
