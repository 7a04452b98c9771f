/**
 * Where one file is judged: a scratch folder and a confined process. It imports little, so that the process is started as
 * early as can be; the command loads the rest of itself and reads the spec while the process loads the engine.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeParquetRows } from '../../core/adapters/duckdb/parquet-rows.ts';
import { createValidationPool, type ValidationPool } from '../../core/engine/process/validation-pool.ts';

export interface Workplace {
  /** Of one process, which was started. */
  readonly pool: ValidationPool;
  /** Ends the process and removes the scratch folder. */
  close(): Promise<void>;
}

/** For a file of `fileBytes`. `outputFolder` is where results will be moved to, undefined where none are kept. An abort ends the process. */
export async function openWorkplace(outputFolder: string | undefined, fileBytes: number, signal: AbortSignal): Promise<Workplace> {
  if (outputFolder !== undefined) await mkdir(outputFolder, { recursive: true });
  // Results are moved, not copied, where the scratch folder lies on the same disk.
  const scratch = await mkdtemp(join(outputFolder ?? tmpdir(), '.markets-validate-'));
  const pool = createValidationPool({ size: 1, scratchFolder: join(scratch, 'pool'), writeParquetRows });
  const stop = (): void => {
    pool.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  pool.warm(fileBytes);
  return {
    pool,
    close: async () => {
      signal.removeEventListener('abort', stop);
      pool.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
