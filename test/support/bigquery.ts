/** The warehouse of tests on a BigQuery emulator: options that give up soon, and statements run as they are. */
import { randomUUID } from 'node:crypto';
import { connectBigquery, type BigqueryOptions } from '../../core/adapters/bigquery/connection.ts';
import { runJob } from '../../core/adapters/bigquery/job.ts';

export interface EmulatorPlace {
  readonly endpoint: string;
  readonly project: string;
}

export function emulatorOptions({ endpoint, project }: EmulatorPlace, datasetPrefix = ''): BigqueryOptions {
  return {
    project,
    location: 'EU',
    datasetPrefix,
    apiEndpoint: endpoint,
    maximumBytesBilled: 1_000_000_000n,
    labels: { lane: 'test' },
    limits: { callMs: 30_000, attemptsMax: 3, retryWaitMs: 10, jobMs: 60_000 },
  };
}

export async function runStatements(place: EmulatorPlace, statements: readonly string[]): Promise<void> {
  const connection = connectBigquery(emulatorOptions(place));
  for (const query of statements) {
    const { error } = await runJob(connection, `test_${randomUUID()}`, { query: { query, useLegacySql: false } });
    if (error !== null) throw new Error(`expected ${query} to run, found ${error.message}`);
  }
}
