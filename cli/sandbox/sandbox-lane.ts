/**
 * A lane in a sandbox: what `markets run` puts together, on a folder of its own with a clock that is told. Files are taken as settled at once, and
 * nobody outside hears of alerts or gets extracts; everything else is as configured.
 */
import { join } from 'node:path';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { writeParquetRows } from '../../core/adapters/duckdb/parquet-rows.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { loadCalendars } from '../../core/calendars/load-calendars.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { createLaneRuntime, loadLaneConfig, loadLaneSpecs, type CycleResult, type OwedJudge } from '../../orchestrator/index.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import type { Environment } from '../framework/environment.ts';

export interface SandboxOptions {
  readonly rootFolder: string;
  readonly specsFolder: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Only these sources, changed where the sandbox needs it; all as they are by default. */
  readonly choose?: (specs: readonly SourceSpec[]) => readonly SourceSpec[];
  /** Where trades of the sandbox are reported: what they owe. */
  readonly openOwedJudge?: () => Promise<OwedJudge>;
}

export interface SandboxLane {
  readonly rootFolder: string;
  readonly specs: readonly SourceSpec[];
  readonly store: ObjectStore;
  /** One cycle of the lane at that moment: what `markets run --now` does. */
  cycle(now: string): Promise<CycleResult>;
  /** The warehouse as it stands after the last good build; the caller closes it. */
  openWarehouse(): Promise<WarehouseReader>;
  /** Ends the processes. Idempotent. */
  close(): Promise<void>;
}

export async function openSandboxLane(options: SandboxOptions): Promise<SandboxLane> {
  const { rootFolder, specsFolder, environment, signal } = options;
  const configFolder = join(environment.home, 'config');
  const loaded = await loadLaneSpecs(specsFolder);
  const specs = (options.choose ?? ((all) => all))(loaded.map(({ spec }) => spec));
  const configured = await loadLaneConfig(configFolder, 'local');
  const store = createFolderObjectStore(rootFolder);
  const openWarehouse = async (): Promise<WarehouseReader> => await openDuckdbWarehouse({ path: snapshotPath(rootFolder) });
  const lane = createLaneRuntime({
    writeParquetRows,
    store,
    rootFolder,
    specs: specs.flatMap((spec) => loaded.flatMap(({ spec: { name }, text }) => (name === spec.name ? [{ spec, text }] : []))),
    config: { ...configured, lane: { ...configured.lane, settle_seconds: 0 }, alerts: { webhook_url: null } },
    calendars: await loadCalendars(
      join(configFolder, 'calendars'),
      specs.map((spec) => spec.expectations.calendar),
    ),
    openReader: openWarehouse,
    ...(options.openOwedJudge === undefined ? {} : { openOwedJudge: options.openOwedJudge }),
    signal,
  });
  return {
    rootFolder,
    specs,
    store,
    openWarehouse,
    cycle: async (now) => await lane.runCycle({ now }),
    close: async () => {
      await lane.close();
    },
  };
}
