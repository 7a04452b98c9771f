/**
 * Reading BigQuery. Each statement is first asked for what it is and what it would read (a dry run, which costs nothing): only a single SELECT
 * within maximum_bytes_billed is run. Its job has a random id, so that a lost answer does not run it twice; rows come in pages.
 */
import { randomUUID } from 'node:crypto';
import { MarketsError } from '../../errors/markets-error.ts';
import type { QueryCost, WarehouseReader, WarehouseRow, WarehouseRows } from '../../ports/warehouse-reader.ts';
import { bigqueryDialect, type WarehouseDialect } from '../../warehouse/dialect.ts';
import { ApiFault, faultError, isTransient } from './api-fault.ts';
import { connectBigquery, type BigqueryConnection, type BigqueryOptions } from './connection.ts';
import { runJob, type FinishedJob } from './job.ts';
import { list, member, text, wholeNumber } from './wire-json.ts';
import { wireColumns, wireRow } from './wire-values.ts';

/** Rows of one page; BigQuery cuts a page at 10 MB besides. */
const PAGE_ROWS = 5_000;
/** A query that failed for a reason of BigQuery's own is sent again under a new id. */
const RUNS_MAX = 3;
const RESULT_POLLS_MAX = 100;

export function openBigqueryWarehouse(options: BigqueryOptions): WarehouseReader {
  return new BigqueryWarehouseReader(connectBigquery(options));
}

class BigqueryWarehouseReader implements WarehouseReader {
  readonly dialect: WarehouseDialect;
  private readonly connection: BigqueryConnection;

  constructor(connection: BigqueryConnection) {
    this.connection = connection;
    this.dialect = bigqueryDialect(connection.options);
  }

  async query(sql: string, parameters: readonly string[] = []): Promise<WarehouseRows> {
    try {
      await this.check(sql, parameters);
      const job = await this.run(sql, parameters);
      const first = await this.page(job.jobId, null);
      const columns = wireColumns(member(first, 'schema'));
      return {
        columns: columns.map(({ name, type, repeated }) => ({ name, type, repeated })),
        batches: this.batches(job.jobId, first),
        cost: costOf(job),
      };
    } catch (error) {
      throw faultError(error, 'WAREHOUSE_QUERY');
    }
  }

  async estimate(sql: string, parameters: readonly string[] = []): Promise<QueryCost> {
    try {
      return { bytesProcessed: await this.dryRun(sql, parameters), bytesBilled: null };
    } catch (error) {
      throw faultError(error, 'WAREHOUSE_QUERY');
    }
  }

  close(): void {
    // Nothing is held between two calls.
  }

  private async check(sql: string, parameters: readonly string[]): Promise<void> {
    const bytes = await this.dryRun(sql, parameters);
    const { maximumBytesBilled } = this.connection.options;
    if (bytes <= maximumBytesBilled) return;
    throw new MarketsError('WAREHOUSE_COST', 'The query would read more than is allowed.', {
      expected: `at most ${String(maximumBytesBilled)} bytes (warehouse.maximum_bytes_billed)`,
      found: `${String(bytes)} bytes`,
      next: 'name fewer columns or a narrower range of the partition column, or raise the limit in the configuration',
    });
  }

  /** Bytes that the statement would read. Refuses whatever is not exactly one SELECT. */
  private async dryRun(sql: string, parameters: readonly string[]): Promise<bigint> {
    const body = { configuration: { dryRun: true, query: queryConfiguration(sql, parameters) }, jobReference: this.reference() };
    const job = await this.connection.call({ method: 'POST', path: 'jobs', body });
    const error = member(job, 'status', 'errorResult');
    if (error !== undefined && error !== null) {
      throw new ApiFault(400, text(member(error, 'reason')) ?? 'invalidQuery', text(member(error, 'message')) ?? '');
    }
    const statement = text(member(job, 'statistics', 'query', 'statementType'));
    if (statement !== 'SELECT') {
      throw new MarketsError('WAREHOUSE_QUERY', 'Only statements that read are allowed.', {
        expected: 'exactly one SELECT',
        found: statement ?? 'a statement of no known kind',
      });
    }
    return (
      wholeNumber(member(job, 'statistics', 'query', 'totalBytesProcessed')) ??
      wholeNumber(member(job, 'statistics', 'totalBytesProcessed')) ??
      0n
    );
  }

  private reference(): object {
    return { projectId: this.connection.options.project, location: this.connection.options.location };
  }

  private async run(sql: string, parameters: readonly string[]): Promise<FinishedJob> {
    const query = { ...queryConfiguration(sql, parameters), maximumBytesBilled: String(this.connection.options.maximumBytesBilled) };
    const configuration = { query, jobTimeoutMs: String(this.connection.limits.jobMs) };
    for (let run = 1; ; run += 1) {
      const job = await runJob(this.connection, `markets_query_${randomUUID()}`, configuration);
      if (job.error === null) return job;
      const fault = new ApiFault(400, job.error.reason, job.error.message);
      if (!isTransient(fault) || run >= RUNS_MAX) throw fault;
    }
  }

  private async *batches(jobId: string, first: unknown): AsyncGenerator<readonly WarehouseRow[]> {
    const columns = wireColumns(member(first, 'schema'));
    let page = first;
    for (;;) {
      const rows = list(member(page, 'rows'));
      if (rows.length > 0) yield rows.map((row) => wireRow(columns, row));
      const next = text(member(page, 'pageToken'));
      if (next === undefined) return;
      try {
        page = await this.page(jobId, next);
      } catch (error) {
        throw faultError(error, 'WAREHOUSE_QUERY');
      }
    }
  }

  private async page(jobId: string, pageToken: string | null): Promise<unknown> {
    const query = {
      location: this.connection.options.location,
      maxResults: String(PAGE_ROWS),
      'formatOptions.useInt64Timestamp': 'true',
      ...(pageToken === null ? {} : { pageToken }),
    };
    for (let poll = 0; poll < RESULT_POLLS_MAX; poll += 1) {
      const page = await this.connection.call({ method: 'GET', path: `queries/${jobId}`, query });
      if (member(page, 'jobComplete') !== false) return page;
    }
    throw new ApiFault(null, 'timeout', `the results of job ${jobId} are not there`);
  }
}

function queryConfiguration(sql: string, parameters: readonly string[]): object {
  const queryParameters = parameters.map((value) => ({ parameterType: { type: 'STRING' }, parameterValue: { value } }));
  return {
    query: sql,
    useLegacySql: false,
    ...(parameters.length === 0 ? {} : { parameterMode: 'POSITIONAL', queryParameters }),
  };
}

function costOf({ statistics }: FinishedJob): QueryCost {
  const bytes = (name: string): bigint | null => wholeNumber(member(statistics, 'query', name));
  return { bytesProcessed: bytes('totalBytesProcessed') ?? 0n, bytesBilled: bytes('totalBytesBilled') };
}
