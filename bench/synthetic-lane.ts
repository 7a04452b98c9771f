/** A lane on a folder of its own with one source, the synthetic trades; what the benches of cycles run on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuckdbWarehouse } from '../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { writeParquetRows } from '../core/adapters/duckdb/parquet-rows.ts';
import { createFolderObjectStore } from '../core/adapters/folder-object-store/folder-object-store.ts';
import type { Logger } from '../core/telemetry/logger.ts';
import { createLaneRuntime, loadLaneConfig, loadLaneSpecs, type LaneRuntime } from '../orchestrator/index.ts';
import { snapshotPath } from '../orchestrator/transform/snapshot.ts';
import { syntheticTradesSpec, writeSyntheticTrades, type SyntheticTrades } from '../test/support/synthetic-trades.ts';

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = 'synthetic_trades';

export interface SyntheticLane {
  readonly lane: LaneRuntime;
  /** Puts a file of trades into landing/. */
  land(name: string, trades: SyntheticTrades): void;
  /** Ends the processes and removes the folder. */
  close(): Promise<void>;
}

export async function openSyntheticLane(logger?: Logger): Promise<SyntheticLane> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lane-'));
  const rootFolder = join(folder, 'root');
  const landing = join(rootFolder, 'landing', SOURCE);
  mkdirSync(join(folder, 'specs', 'trading'), { recursive: true });
  mkdirSync(landing, { recursive: true });
  writeFileSync(join(folder, 'specs', 'trading', `${SOURCE}.yaml`), syntheticTradesSpec(SOURCE));
  const config = await loadLaneConfig(join(HOME, 'config'), 'local');
  const lane = createLaneRuntime({
    writeParquetRows,
    store: createFolderObjectStore(rootFolder),
    rootFolder,
    specs: await loadLaneSpecs(join(folder, 'specs')),
    config: { ...config, lane: { ...config.lane, settle_seconds: 0 }, alerts: { webhook_url: null } },
    calendars: new Map(),
    openReader: async () => await openDuckdbWarehouse({ path: snapshotPath(rootFolder) }),
    ...(logger === undefined ? {} : { logger }),
  });
  return {
    lane,
    land: (name, trades) => {
      writeSyntheticTrades(join(landing, name), trades);
    },
    close: async () => {
      await lane.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
