/**
 * The batch lane, ready to run cycles: the warm processes that serve many of them, and what is the same in all. The command line, the
 * tests and the demo use it in one process: `const lane = createLaneRuntime(...)`, `await lane.runCycle({ now })`, `await lane.close()`.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import { ENGINE_VERSION } from '../../core/engine/engine-version.ts';
import { createValidationPool, type ValidationPool } from '../../core/engine/process/validation-pool.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { WriteParquetRows } from '../../core/ports/parquet-rows.ts';
import type { WarehouseLoader } from '../../core/ports/warehouse-loader.ts';
import type { WarehouseReader } from '../../core/ports/warehouse-reader.ts';
import { SILENT, type Logger } from '../../core/telemetry/logger.ts';
import type { LaneConfig } from '../config/lane-config.ts';
import type { Calendars } from '../../core/calendars/business-day.ts';
import { createLaneMetrics, type LaneMetrics } from '../metrics/lane-metrics.ts';
import { webhookNotifier } from '../notify/webhook.ts';
import { instantOfMs } from '../time/instant.ts';
import { createDbtWorker, type DbtWorker } from '../transform/dbt-process.ts';
import type { PartnerDelivery } from '../partner/partner-delivery.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { CycleOptions } from './cycle-options.ts';
import { rebuildInRun, type RebuildResult, type RebuildRunOptions } from '../rebuild/rebuild.ts';
import type { RunFrameOptions } from './open-run.ts';
import { createLocalWarehouse } from './local-warehouse.ts';
import { joinRun, type JoinResult } from '../share/join-run.ts';
import { isBigquery } from '../config/warehouse-config.ts';
import type { OwedJudge } from '../reports/owed-judge.ts';
import { createBigqueryWarehouse } from './bigquery-warehouse.ts';
import type { WarehouseLane } from './warehouse-steps.ts';
import type { CycleResult } from './cycle-result.ts';
import type { LoadedSpec } from './lane.ts';
import { runCycle } from './run-cycle.ts';

export interface LaneRuntimeOptions {
  readonly store: ObjectStore;
  /** Local folder of the root: the embedded warehouse lies in it, and dbt's project. */
  readonly rootFolder: string;
  readonly specs: readonly LoadedSpec[];
  readonly config: LaneConfig;
  readonly calendars: Calendars;
  /** Opens the warehouse for reading: the embedded one's snapshot, or BigQuery. */
  readonly openReader: () => Promise<WarehouseReader>;
  /** Judges what trades owe regulators; absent where no regime is on. */
  readonly openOwedJudge?: () => Promise<OwedJudge>;
  /** Fills the raw tables of a warehouse that cannot read the store; the embedded one has none. */
  readonly loader?: WarehouseLoader;
  /** Reads the rows of Parquet files. */
  readonly writeParquetRows: WriteParquetRows;
  /** Variables that dbt's process gets besides its own few: how Google's libraries find credentials. */
  readonly dbtVariables?: Readonly<Record<string, string>>;
  /** Who gets the extracts; without it they stay where they are. */
  readonly partner?: PartnerDelivery | null;
  /** Where the secrets that the configuration names are looked up. */
  readonly secrets?: Secrets;
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
}

export interface CycleRequest {
  /** The run's clock stands at this moment; without it the machine's clock runs. */
  readonly now?: string;
  /** Only this source's files. */
  readonly source?: string;
  /** Leaves dbt and the extract out. */
  readonly skipDbt?: boolean;
  readonly onFile?: (done: number, total: number, object: string) => void;
  /** Other processes may take files of this run with `joinRun`. */
  readonly share?: boolean;
}

export interface JoinRequest {
  /** 1 to tasks - 1; 0 is the run itself. */
  readonly task: number;
  readonly tasks: number;
  readonly onFile?: (done: number, total: number, object: string) => void;
}

export interface RebuildRequest extends Pick<RebuildRunOptions, 'from' | 'to' | 'source' | 'onLoad'> {
  readonly now?: string;
}

export interface LaneRuntime {
  runCycle(request?: CycleRequest): Promise<CycleResult>;
  /** Takes a share of the run of another process. */
  joinRun(request: JoinRequest): Promise<JoinResult>;
  /** Stages archived files again: `markets rebuild`. */
  rebuild(request: RebuildRequest): Promise<RebuildResult>;
  readonly metrics: LaneMetrics;
  /** Ends the processes and removes the scratch folder. */
  close(): Promise<void>;
}

export function createLaneRuntime(options: LaneRuntimeOptions): LaneRuntime {
  const { config, logger = SILENT } = options;
  const metrics = createLaneMetrics();
  const scratch = scratchFolder();
  let pool: Promise<ValidationPool> | undefined;
  let worker: DbtWorker | undefined;
  return {
    metrics,
    async runCycle(request = {}) {
      pool ??= openPool(options, scratch.folder());
      worker ??= createDbtWorker({ variables: options.dbtVariables ?? {} });
      const warehouse = createWarehouse(options, worker);
      try {
        const result = await runCycle({
          ...frameOf(options, request.now),
          ...common(options, await pool, await scratch.folder()),
          calendars: options.calendars,
          warehouse: request.skipDbt === true ? null : warehouse,
          partner: options.partner ?? null,
          notify: notifierOf(options),
          onStep: (step) => {
            metrics.step(step);
            logger.log('debug', 'step_finished', { ...step });
          },
          ...(request.share === true ? { share: { fixedNow: request.now ?? null } } : {}),
          ...(request.source === undefined ? {} : { source: request.source }),
          ...(request.onFile === undefined ? {} : { onFile: request.onFile }),
        });
        metrics.cycle(result);
        return result;
      } catch (error) {
        metrics.failed(isMarketsError(error) ? error.code : 'INTERNAL');
        throw error;
      }
    },
    async joinRun(request) {
      pool ??= openPool(options, scratch.folder());
      return await joinRun({
        ...common(options, await pool, await scratch.folder()),
        ...request,
        clock: clockAt(undefined),
        waitSeconds: config.lane.join_wait_seconds,
      });
    },
    async rebuild({ now, ...request }) {
      pool ??= openPool(options, scratch.folder());
      return await rebuildInRun({
        ...frameOf(options, now),
        ...request,
        validator: await pool,
        scratchFolder: await scratch.folder(),
        signal: options.signal ?? new AbortController().signal,
      });
    },
    async close() {
      (await pool)?.close();
      await worker?.close();
      await scratch.remove();
    },
  };
}

type Common = 'store' | 'specs' | 'validator' | 'engineVersion' | 'limits' | 'newId' | 'scratchFolder' | 'logger' | 'signal' | 'sleep';

/** What a run and a task that joins one work with alike. */
function common(options: LaneRuntimeOptions, validator: ValidationPool, scratchFolder: string): Pick<CycleOptions, Common> {
  return {
    store: options.store,
    specs: options.specs,
    validator,
    engineVersion: ENGINE_VERSION,
    limits: options.config.lane,
    newId: () => randomBytes(16).toString('hex'),
    scratchFolder,
    logger: options.logger ?? SILENT,
    signal: options.signal ?? new AbortController().signal,
    sleep: async (milliseconds) => {
      await wait(milliseconds);
    },
  };
}

function frameOf({ store, config }: LaneRuntimeOptions, now: string | undefined): RunFrameOptions {
  return {
    store,
    clock: clockAt(now),
    engineVersion: ENGINE_VERSION,
    heartbeatSeconds: config.lane.heartbeat_seconds,
    holder: `${hostname()} process ${process.pid}`,
    newId: () => randomBytes(16).toString('hex'),
  };
}

function notifierOf({ config, secrets }: LaneRuntimeOptions): CycleOptions['notify'] {
  const { webhook_url: webhook } = config.alerts;
  if (webhook === null) return async () => await Promise.resolve();
  if (typeof webhook === 'string') return webhookNotifier(webhook);
  return webhookNotifier(async () => {
    if (secrets === undefined) throw new MarketsError('SECRET_MISSING', 'This program has no place to look secrets up in.');
    return (await secrets.read(webhook.secret)).reveal();
  });
}

/** As config/<env>.yaml says. */
function createWarehouse(options: LaneRuntimeOptions, worker: DbtWorker): WarehouseLane {
  const { extract, warehouse, environment } = options.config;
  if (!isBigquery(warehouse)) return createLocalWarehouse({ ...options, worker, extract, memoryMb: warehouse.memory_mb });
  const { loader, openReader, rootFolder: workFolder } = options;
  if (loader === undefined) throw new MarketsError('INTERNAL', 'A warehouse on BigQuery was opened without what fills it.');
  const owed = options.openOwedJudge === undefined ? {} : { openOwedJudge: options.openOwedJudge };
  return createBigqueryWarehouse({ workFolder, worker, loader, openReader, config: warehouse, environment, extract, ...owed });
}

async function openPool({ config, writeParquetRows }: LaneRuntimeOptions, folder: Promise<string>): Promise<ValidationPool> {
  return createValidationPool({
    size: config.lane.files_at_once,
    scratchFolder: join(await folder, 'validation'),
    writeParquetRows,
    engineLimits: { workers: config.validation.workers },
    limits: {
      maxResidentBytes: config.validation.memory_mb * 1024 * 1024,
      maxDurationMs: config.validation.timeout_seconds * 1000,
    },
  });
}

function scratchFolder(): { readonly folder: () => Promise<string>; readonly remove: () => Promise<void> } {
  let made: Promise<string> | undefined;
  return {
    folder: async () => {
      made ??= mkdir(tmpdir(), { recursive: true }).then(async () => await mkdtemp(join(tmpdir(), 'markets-')));
      return await made;
    },
    remove: async () => {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
      made = undefined;
    },
  };
}

function clockAt(now: string | undefined): { now(): string } {
  return { now: () => now ?? instantOfMs(Date.now()) };
}
