/** The batch lane of the command line: adapters and files chosen by the global options. */
import { join } from 'node:path';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { writeParquetRows } from '../../core/adapters/duckdb/parquet-rows.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { createLogger } from '../../core/telemetry/logger.ts';
import {
  createLaneRuntime,
  loadCalendars,
  loadLaneConfig,
  loadLaneSpecs,
  type LaneConfig,
  type LaneRuntime,
} from '../../orchestrator/index.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import type { CommandContext } from '../framework/command.ts';
import { openPartner } from './open-partner.ts';
import { openSecrets } from './open-secrets.ts';
import { openStore } from './open-store.ts';
import { workFolder } from './work-folder.ts';

export interface OpenLane {
  readonly lane: LaneRuntime;
  readonly config: LaneConfig;
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/** Ends the lane's processes with `close`, whatever happened. */
export async function openLane({ settings, environment, signal }: CommandContext): Promise<OpenLane> {
  const store = await openStore(settings);
  const rootFolder = workFolder(settings.root);
  const config = await loadLaneConfig(settings.config, settings.env);
  const specs = await loadLaneSpecs(settings.specs);
  const calendars = await loadCalendars(
    join(environment.home, 'config', 'calendars'),
    specs.map(({ spec }) => spec),
  );
  const secrets = openSecrets(config, environment);
  const logger = createLogger({ level: settings.logLevel });
  const lane = createLaneRuntime({
    writeParquetRows,
    store,
    rootFolder,
    specs,
    config,
    calendars,
    openReader: async () => await openDuckdbWarehouse({ path: snapshotPath(rootFolder) }),
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
