/**
 * A lane in a sandbox: the same parts that `markets run` puts together, on a folder of its own, with a clock that is told, dbt kept warm over
 * all cycles, and an extract after every cycle of the evening.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdbWarehouse } from '../../core/adapters/duckdb/duckdb-warehouse-reader.ts';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { ENGINE_VERSION } from '../../core/engine/engine-version.ts';
import { createValidationPool } from '../../core/engine/process/validation-pool.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { SILENT } from '../../core/telemetry/logger.ts';
import { writeExtract } from '../../orchestrator/extract/write-extract.ts';
import type { CycleOptions } from '../../orchestrator/run/cycle-options.ts';
import type { WarehouseLane } from '../../orchestrator/run/warehouse-steps.ts';
import { runCycle } from '../../orchestrator/run/run-cycle.ts';
import { createDbtWorker, type DbtWorker } from '../../orchestrator/transform/dbt-process.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { transform } from '../../orchestrator/transform/transform.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import type { CycleResult } from '../../orchestrator/run/cycle-result.ts';

/** From this time of day on (UTC) a cycle writes the extract of its day. */
const EXTRACT_AT = '18:00';
const FILES_AT_ONCE = 2;

export interface SandboxOptions {
  readonly rootFolder: string;
  readonly specsFolder: string;
  readonly specs: readonly SourceSpec[];
  readonly signal: AbortSignal;
}

export interface SandboxLane {
  readonly rootFolder: string;
  readonly store: ObjectStore;
  /** One cycle of the lane at that moment: what `markets run --now` does. */
  cycle(now: string): Promise<CycleResult>;
  /** The warehouse as it stands after the last good build; the caller closes it. */
  openWarehouse(): Promise<WarehouseReader>;
  /** Ends the processes. Idempotent. */
  close(): Promise<void>;
}

export async function openSandboxLane(options: SandboxOptions): Promise<SandboxLane> {
  const { rootFolder, specsFolder, specs, signal } = options;
  const store = createFolderObjectStore(rootFolder);
  const scratchFolder = join(rootFolder, '.scratch');
  const validator = createValidationPool({ size: FILES_AT_ONCE, scratchFolder: join(scratchFolder, 'pool') });
  validator.warm();
  const dbt = createDbtWorker();
  const openWarehouse = async (): Promise<WarehouseReader> => await openDuckdbWarehouse({ path: snapshotPath(rootFolder) });
  const loaded = await Promise.all(specs.map(async (spec) => ({ spec, text: await readFile(join(specsFolder, spec.spec_file)) })));
  const cycleOptions = (now: string): CycleOptions => ({
    store,
    specs: loaded,
    clock: { now: () => now },
    validator,
    engineVersion: ENGINE_VERSION,
    limits: { settle_seconds: 0, files_at_once: FILES_AT_ONCE },
    heartbeatSeconds: 10,
    holder: 'sandbox',
    newId: () => randomBytes(16).toString('hex'),
    scratchFolder,
    calendars: new Map(),
    logger: SILENT,
    signal,
    sleep: async (milliseconds) => await new Promise((resolve) => setTimeout(resolve, milliseconds)),
    notify: async () => await Promise.resolve(),
    warehouse: sandboxWarehouse({ rootFolder, specs, dbt, store, scratchFolder, now, openWarehouse }),
  });
  return {
    rootFolder,
    store,
    openWarehouse,
    cycle: async (now) => await runCycle(cycleOptions(now)),
    close: async () => {
      validator.close();
      await dbt.close();
      await rm(scratchFolder, { recursive: true, force: true });
    },
  };
}

interface WarehouseParts {
  readonly rootFolder: string;
  readonly specs: readonly SourceSpec[];
  readonly dbt: DbtWorker;
  readonly store: ObjectStore;
  readonly scratchFolder: string;
  readonly now: string;
  readonly openWarehouse: () => Promise<WarehouseReader>;
}

function sandboxWarehouse({ rootFolder, specs, dbt, store, scratchFolder, now, openWarehouse }: WarehouseParts): WarehouseLane {
  return {
    transform: async () => {
      const { finished, failures } = await transform({ rootFolder, specs }, dbt);
      const [first] = failures;
      if (first === undefined) return finished;
      throw new MarketsError('DBT_FAILED', `${first.kind} ${first.name}: ${first.message}`, { found: `${failures.length} failures` });
    },
    dueExtracts: ({ state }) => {
      const date = now.slice(0, 10);
      return now.slice(11, 16) >= EXTRACT_AT && !state.extracts.has(date) ? [date] : [];
    },
    extract: async (_, date) => {
      const reader = await openWarehouse();
      try {
        const written = await writeExtract({ reader, store, date, asOf: now, scratchFolder });
        if (written === null) throw new MarketsError('LANE_EXTRACT', `The extract of ${date} stands already.`);
        return written;
      } finally {
        reader.close();
      }
    },
  };
}
