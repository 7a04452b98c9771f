/**
 * Validates files in warm confined processes, `size` of them at once. Each process owns one scratch folder: the parent puts
 * the file into in/, the process writes into out/, and both are emptied between two files. Object names never become
 * local paths.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { WriteParquetRows } from '../../ports/parquet-rows.ts';
import { compressionOf } from '../../spec/compression.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { ENGINE_LIMITS, type EngineLimits } from '../limits.ts';
import { isMarketsError, MarketsError } from '../../errors/markets-error.ts';
import type { Report, ValidationJob } from '../report.ts';
import { borrowCompileCache, compileCachesFolder, type LentCompileCache } from './compile-cache.ts';
import { CHILD_LIMITS, type ChildLimits } from './child-limits.ts';
import { emptyFolder, spool, takeResults, type ValidationInput } from './scratch-folder.ts';
import { childError, ValidationChild } from './validation-child.ts';

export interface ValidationRequest {
  readonly spec: SourceSpec;
  /** The landing name, as `_file` holds it. */
  readonly file: string;
  readonly load_id: string;
  /** 1 for a first delivery of this name, n+1 for its resupply. */
  readonly version: number;
  /** Moment the run began, ISO 8601 UTC with 6 digits. */
  readonly now: string;
  readonly input: ValidationInput;
  /** The control file that came with it, by its landing name. */
  readonly control?: { readonly file: string; readonly input: ValidationInput } | null;
  /** Its control file did not come in time: the file fails. */
  readonly controlOverdue?: boolean;
}

export interface ValidationResult {
  readonly report: Report;
  /** Holds report.json, quarantine.jsonl and, where something may be loaded, valid.parquet; the caller's until release(). */
  readonly outputFolder: string;
  /** Most resident memory that was seen of the process. */
  readonly peakResidentBytes: number;
  /** Removes the output folder. Safe to repeat. */
  readonly release: () => void;
}

export interface ValidationPoolOptions {
  /** Files at once. */
  readonly size: number;
  /** A folder for this pool alone; it is made, emptied at the start and removed at the end. */
  readonly scratchFolder: string;
  readonly limits?: Partial<ChildLimits>;
  readonly engineLimits?: Partial<EngineLimits>;
  /** Reads the rows of Parquet files, under the same limits. */
  readonly writeParquetRows?: WriteParquetRows;
}

export interface ValidationPool {
  /**
   * Validates one file; waits while `size` others run. ENGINE_CHILD (details.reason: crashed, memory, time, error) fails
   * this file only: the process is replaced. Safe to repeat: equal requests give equal output.
   */
  validate(request: ValidationRequest): Promise<ValidationResult>;
  /** Starts the processes now, so that the first files, of about so many bytes, do not wait for it. */
  warm(fileBytes: number): void;
  /** Process ids of the children that live. */
  pids(): readonly number[];
  /** Kills the children and removes the scratch folder. Jobs that run fail with reason `closed`. */
  close(): void;
}

interface Slot {
  readonly input: string;
  readonly output: string;
  child: ValidationChild | undefined;
  /** What was lent to `child`. */
  cache: LentCompileCache | null;
  /** The process of `child` is up, and what it compiled is out of its reach. */
  ready: Promise<void>;
}

/** null where this program itself runs without one. */
const COMPILE_CACHES = compileCachesFolder();

export function createValidationPool(options: ValidationPoolOptions): ValidationPool {
  const pool = new Pool(options);
  const limit = pLimit({ concurrency: options.size, rejectOnClear: true });
  return {
    validate: async (request) => {
      const result = await limit(() => pool.validate(request));
      // The process has its next file before anybody does something with this result.
      await nextTurn();
      return result;
    },
    warm: (fileBytes) => {
      for (const slot of pool.slots) pool.livingChild(slot, fileBytes);
    },
    pids: () => pool.slots.flatMap(({ child }) => (child?.isAlive === true && child.pid !== undefined ? [child.pid] : [])),
    close: () => {
      limit.clearQueue();
      pool.close();
    },
  };
}

class Pool {
  readonly slots: readonly Slot[];
  private readonly free: Slot[];
  private readonly scratchFolder: string;
  private readonly limits: ChildLimits;
  private readonly engineLimits: EngineLimits;
  private readonly writeParquetRows: WriteParquetRows | undefined;
  private readonly closing = new AbortController();
  private results = 0;
  private isClosed = false;

  constructor({ scratchFolder, size, limits, engineLimits, writeParquetRows }: ValidationPoolOptions) {
    this.scratchFolder = scratchFolder;
    this.writeParquetRows = writeParquetRows;
    this.limits = { ...CHILD_LIMITS, ...limits };
    this.engineLimits = { ...ENGINE_LIMITS, ...engineLimits };
    rmSync(scratchFolder, { recursive: true, force: true });
    mkdirSync(scratchFolder, { recursive: true });
    this.slots = Array.from({ length: size }, (_, index): Slot => {
      const folder = join(scratchFolder, `child-${index}`);
      return { input: join(folder, 'in'), output: join(folder, 'out'), child: undefined, cache: null, ready: Promise.resolve() };
    });
    this.free = [...this.slots];
  }

  close(): void {
    this.isClosed = true;
    this.closing.abort();
    for (const { child, cache } of this.slots) {
      child?.kill('closed');
      // A process that was not ready has seen no file.
      cache?.giveBack();
      cache?.forget();
    }
    rmSync(this.scratchFolder, { recursive: true, force: true });
  }

  /** A new process begins with the threads that a file of so many bytes is judged by. */
  livingChild(slot: Slot, fileBytes: number): ValidationChild {
    if (this.isClosed) throw childError('closed', 'no process', undefined);
    if (slot.child?.isAlive === true) return slot.child;
    for (const folder of [slot.input, slot.output]) mkdirSync(folder, { recursive: true });
    slot.cache?.forget();
    const cache = COMPILE_CACHES === null ? null : borrowCompileCache(COMPILE_CACHES);
    const { workers, minWorkerBytes } = this.engineLimits;
    const folders = { input: slot.input, output: slot.output, cache: cache?.folder ?? null };
    const child = new ValidationChild(folders, this.limits, fileBytes >= minWorkerBytes ? workers : 0);
    slot.child = child;
    slot.cache = cache;
    slot.ready = child.ready.then(() => cache?.giveBack());
    return slot.child;
  }

  /**
   * A process that has loaded its modules: what it compiled is only kept while nothing of a file can have touched it. Where a second
   * one dies at its start too, the job is the one to say so.
   */
  private async readyChild(slot: Slot, fileBytes: number): Promise<ValidationChild> {
    const child = this.livingChild(slot, fileBytes);
    await slot.ready;
    if (child.isAlive) return child;
    const second = this.livingChild(slot, fileBytes);
    await slot.ready;
    return second;
  }

  async validate(request: ValidationRequest): Promise<ValidationResult> {
    const slot = this.free.pop();
    if (slot === undefined) throw new MarketsError('INTERNAL', 'More validations run than there are processes.');
    try {
      const fileBytes = bytesOf(request);
      // The process starts while its input is spooled; one that died meanwhile had no file to lose.
      this.livingChild(slot, fileBytes);
      const job = await this.withParquetRows(slot, await jobOf(slot, request));
      const outcome = await (await this.readyChild(slot, fileBytes)).run(job, this.engineLimits);
      return { ...outcome, ...this.take(slot) };
    } catch (error) {
      // The folder went away under what was being spooled.
      throw this.isClosed && !isMarketsError(error, 'ENGINE_CHILD') ? childError('closed', 'no folder', error) : error;
    } finally {
      if (!this.isClosed) for (const folder of [slot.input, slot.output]) emptyFolder(folder);
      this.free.push(slot);
    }
  }

  /** The job with the rows of its file, which lie beside it, where the file is Parquet. */
  private async withParquetRows(slot: Slot, job: ValidationJob): Promise<ValidationJob> {
    if (job.spec.source.format !== 'parquet') return job;
    const rowsPath = join(slot.input, 'rows');
    const { size } = await stat(job.input_path);
    const largest = (job.spec.expectations.max_file_size_mb ?? Number.POSITIVE_INFINITY) * 1024 * 1024;
    if (compressionOf(job.file) !== null) {
      const message = 'A Parquet file is compressed in itself; it is not read out of .gz or .zst.';
      return { ...job, parquet_rows: { ok: false, code: 'FILE_UNREADABLE', message } };
    }
    if (size > largest)
      return { ...job, parquet_rows: { ok: false, code: 'FILE_TOO_LARGE', message: `The file has more than ${largest} bytes.` } };
    if (this.writeParquetRows === undefined) throw new MarketsError('INTERNAL', 'A Parquet file came to a pool that reads none.');
    const { minExpansionBytes, maxRowsExpansionRatio } = this.engineLimits;
    const outcome = await this.writeParquetRows({
      path: job.input_path,
      rowsPath,
      maxRowsBytes: Math.max(minExpansionBytes, size * maxRowsExpansionRatio),
      ...this.limits,
      signal: this.closing.signal,
    });
    return { ...job, parquet_rows: outcome.ok ? { ok: true, path: rowsPath } : outcome };
  }

  private take(slot: Slot): Pick<ValidationResult, 'outputFolder' | 'release'> {
    this.results += 1;
    const outputFolder = join(this.scratchFolder, `result-${this.results}`);
    takeResults(slot.output, outputFolder);
    return {
      outputFolder,
      release: () => {
        rmSync(outputFolder, { recursive: true, force: true });
      },
    };
  }
}

/** Of a stream nothing is known before it was read. */
function bytesOf({ input }: ValidationRequest): number {
  return 'stream' in input ? 0 : statSync(input.path).size;
}

/** Spools the request's bytes into the slot and gives the job that names them. */
async function jobOf(slot: Slot, request: ValidationRequest): Promise<ValidationJob> {
  const { spec, load_id, file, version, now, input, control = null } = request;
  const inputPath = join(slot.input, 'data');
  const controlPath = join(slot.input, 'control');
  await spool(input, inputPath);
  if (control !== null) await spool(control.input, controlPath);
  return {
    spec,
    load_id,
    file,
    version,
    input_path: inputPath,
    control: control === null ? null : { path: controlPath, file: control.file },
    control_overdue: request.controlOverdue === true,
    output_folder: slot.output,
    now,
  };
}
