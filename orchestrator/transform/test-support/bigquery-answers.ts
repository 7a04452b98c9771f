/** Jobs and tables as BigQuery's REST API writes them. */
import type { CatalogTable } from '../../../core/warehouse/test-support/google-sql/catalog.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface AnsweredColumn {
  readonly name: string;
  /** As the analyzer names it, e.g. INT64. */
  readonly type: string;
}

export interface AnsweredJob {
  readonly id: string;
  /** BigQuery's statementType; LOAD for a load job. */
  readonly kind: string;
  readonly problem: string | null;
  readonly columns: readonly AnsweredColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Dataset and name of the table that it made. */
  readonly made: readonly string[] | null;
}

/** The job itself, or the first and only page of its rows. */
export function jobAnswer(projectId: string, job: AnsweredJob, what: 'job' | 'rows'): Json {
  const jobReference = { projectId, jobId: job.id, location: 'EU' };
  if (what === 'rows' && job.problem === null) {
    const rows = job.rows.map((row) => ({ f: row.map((v) => ({ v })) }));
    return {
      jobReference,
      jobComplete: true,
      schema: { fields: fields(job.columns) },
      rows,
      totalRows: String(rows.length),
      totalBytesProcessed: '0',
    };
  }
  const reason = job.problem === null ? {} : { errorResult: { reason: 'invalidQuery', message: job.problem }, errors: [] };
  const [datasetId = 'answers', tableId = job.id] = job.made ?? [];
  const query = { destinationTable: { projectId, datasetId, tableId } };
  return {
    id: `${projectId}:EU.${job.id}`,
    jobReference,
    configuration: job.kind === 'LOAD' ? { jobType: 'LOAD', load: {} } : { jobType: 'QUERY', query },
    status: { state: 'DONE', ...reason },
    statistics: { query: { statementType: job.kind, totalBytesProcessed: '0', totalBytesBilled: '0', numDmlAffectedRows: '0' } },
  };
}

export function tableAnswer(tableReference: Json, table: CatalogTable & { readonly isView?: boolean }): Json {
  const columns = Object.entries(table.columns).map(([name, type]) => ({ name, type }));
  return {
    tableReference,
    type: table.isView === true ? 'VIEW' : 'TABLE',
    numRows: '0',
    numBytes: '0',
    schema: { fields: fields(columns) },
  };
}

const LEGACY: Readonly<Record<string, string>> = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN' };

function fields(columns: readonly AnsweredColumn[]): readonly Json[] {
  return columns.map(({ name, type }) => {
    const element = /^ARRAY<(.*)>$/.exec(type)?.[1];
    const plain = (element ?? type).replace(/\(.*\)$/, '');
    return { name, type: LEGACY[plain] ?? plain, mode: element === undefined ? 'NULLABLE' : 'REPEATED' };
  });
}
