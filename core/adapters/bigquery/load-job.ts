/** One load by one load job. */
import { MarketsError } from '../../errors/markets-error.ts';
import type { KeyedLoad } from '../../ports/warehouse-loader.ts';
import type { TableDefinition } from '../../warehouse/table-definition.ts';
import { isTransient } from './api-fault.ts';
import type { BigqueryConnection } from './connection.ts';
import { runJob, type FinishedJob } from './job.ts';

export interface SentLoad {
  readonly jobId: string;
  readonly attempt: number;
  /** The job had been sent before, by an earlier run or by a call whose answer was lost. */
  readonly wasThere: boolean;
}

/** What a load job is told of a load. */
type LoadedObjects = Pick<KeyedLoad, 'key' | 'uris' | 'format'>;

/** Failed attempts that are looked at and passed by, over all runs. */
const ATTEMPTS_MAX = 100;
/** Jobs of ours that may fail for a reason of BigQuery's own, in one call. */
const FAILURES_MAX = 3;
/** BigQuery's limit a load job. */
const URIS_MAX = 10_000;

/** Resolves when a job of this key is done without an error. Throws ApiFault, or WAREHOUSE_LOAD where the job fails. */
export async function runLoadJob(
  connection: BigqueryConnection,
  table: TableDefinition,
  load: LoadedObjects,
  firstAttempt: number,
): Promise<SentLoad> {
  if (load.uris.length > URIS_MAX) {
    throw new MarketsError('WAREHOUSE_LOAD', 'A load has more objects than one load job takes.', {
      expected: `at most ${String(URIS_MAX)}`,
      found: String(load.uris.length),
    });
  }
  const configuration = loadConfiguration(connection, table, load);
  let failures = 0;
  for (let attempt = firstAttempt; attempt < firstAttempt + ATTEMPTS_MAX; attempt += 1) {
    const job = await runJob(connection, `${load.key}_${String(attempt)}`, configuration);
    if (job.error === null) return { jobId: job.jobId, attempt, wasThere: job.wasThere };
    if (job.wasThere) continue;
    failures += 1;
    if (!isTransient({ status: 400, reason: job.error.reason }) || failures >= FAILURES_MAX) throw loadFailed(job, job.error);
  }
  throw new MarketsError('WAREHOUSE_LOAD', 'A load failed too often.', {
    expected: `at most ${String(ATTEMPTS_MAX)} failed jobs`,
    found: load.key,
  });
}

function loadConfiguration({ options }: BigqueryConnection, table: TableDefinition, load: LoadedObjects): object {
  return {
    load: {
      sourceUris: load.uris,
      destinationTable: { projectId: options.project, datasetId: `${options.datasetPrefix}${table.layer}`, tableId: table.name },
      sourceFormat: load.format === 'parquet' ? 'PARQUET' : 'NEWLINE_DELIMITED_JSON',
      createDisposition: 'CREATE_NEVER',
      writeDisposition: 'WRITE_APPEND',
      maxBadRecords: 0,
      ignoreUnknownValues: false,
      autodetect: false,
      // A list of the staged Parquet is an array, not a record that holds one.
      ...(load.format === 'parquet' ? { parquetOptions: { enableListInference: true } } : {}),
    },
  };
}

function loadFailed({ jobId }: FinishedJob, { reason, message }: NonNullable<FinishedJob['error']>): MarketsError {
  return new MarketsError('WAREHOUSE_LOAD', 'A load job failed.', {
    expected: `job ${jobId} to load its objects`,
    found: `${reason}: ${message}`,
    next: 'mend the cause; the next run sends the next attempt',
    details: { job_id: jobId, reason },
  });
}
