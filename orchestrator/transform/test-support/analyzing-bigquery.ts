/**
 * A BigQuery without data: it speaks as much of the REST API as dbt uses, has every statement judged by the GoogleSQL analyzer and keeps the tables that
 * statements make, with the columns that the analyzer gives them. A statement that is wrong ends its job with the analyzer's words. Rows of what is asked
 * at compile time come from the test.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GoogleSqlAnalyzer } from '../../../core/warehouse/test-support/google-sql/analyzer.ts';
import type { CatalogTable } from '../../../core/warehouse/test-support/google-sql/catalog.ts';
import { jobAnswer, tableAnswer, type AnsweredColumn, type AnsweredJob, type Json } from './bigquery-answers.ts';

export interface SentStatement {
  readonly sql: string;
  /** Of the job; dbt_node names the model or test. */
  readonly labels: Readonly<Record<string, string>>;
  readonly maximumBytesBilled: string | null;
  /** What the analyzer says against it. */
  readonly problem: string | null;
}

export interface AnalyzingBigqueryOptions {
  readonly analyzer: GoogleSqlAnalyzer;
  readonly project: string;
  /** Tables that are there before dbt: dataset > table. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, CatalogTable>>>>;
  /** Rows of a SELECT, as text; [] for none. */
  readonly rows: (sql: string, columns: readonly AnsweredColumn[]) => readonly (readonly (string | null)[])[];
}

const KEEP_ALIVE_MS = 600_000;
const MADE = /^create (?:or replace )?(table|view)(?: if not exists)? `?([\w-]+)`?\.`?(\w+)`?\.`?(\w+)`?/i;
const DROPPED = /^drop (?:table|view)(?: if exists)? `?([\w-]+)`?\.`?(\w+)`?\.`?(\w+)`?/i;

export class AnalyzingBigquery {
  readonly statements: SentStatement[] = [];
  private readonly options: AnalyzingBigqueryOptions;
  private readonly datasets: Record<string, Record<string, CatalogTable & { readonly isView?: boolean }>>;
  private readonly jobs = new Map<string, AnsweredJob>();
  private readonly server: Server;

  private constructor(options: AnalyzingBigqueryOptions) {
    this.options = options;
    this.datasets = Object.fromEntries(Object.entries(options.tables).map(([name, tables]) => [name, { ...tables }]));
    this.server = createServer((request, response) => {
      void this.answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    // A client that stood still for longer than the default of five seconds sends on a connection that it takes for open.
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  static async start(options: AnalyzingBigqueryOptions): Promise<AnalyzingBigquery> {
    const started = new AnalyzingBigquery(options);
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  tablesOf(dataset: string): readonly string[] {
    return Object.keys(this.datasets[dataset] ?? {});
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<[number, Json]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = /\/bigquery\/v2\/projects\/[^/]+\/(.*)$/.exec(pathname)?.[1]?.split('/') ?? [];
    const text = Buffer.concat(chunks).toString();
    if (pathname.includes('/upload/')) return [200, this.loaded(text)];
    if (path[0] === 'jobs' || path[0] === 'queries') return await this.job(request.method ?? 'GET', path, text);
    if (path[0] === 'datasets') return this.dataset(request.method ?? 'GET', path, text);
    return [404, { error: { code: 404, message: `not here: ${pathname}` } }];
  }

  private dataset(method: string, [, dataset, tables, table]: readonly string[], text: string): [number, Json] {
    const { project } = this.options;
    if (dataset === undefined) {
      if (method === 'POST')
        this.datasets[(JSON.parse(text) as { datasetReference: { datasetId: string } }).datasetReference.datasetId] ??= {};
      return [200, { datasets: Object.keys(this.datasets).map((datasetId) => ({ datasetReference: { projectId: project, datasetId } })) }];
    }
    const found = this.datasets[dataset];
    const reference = { projectId: project, datasetId: dataset };
    if (dataset !== 'answers' && found === undefined) return [404, { error: { code: 404, message: `no dataset ${dataset}` } }];
    if (tables === undefined) return [200, { datasetReference: reference, location: 'EU' }];
    if (table === undefined) {
      const list = Object.entries(found ?? {}).map(([tableId, { isView }]) => ({
        tableReference: { ...reference, tableId },
        type: isView === true ? 'VIEW' : 'TABLE',
      }));
      return [200, { tables: list }];
    }
    if (dataset === 'answers') return [200, tableAnswer({ ...reference, tableId: table }, { columns: {} })];
    const one = found?.[table];
    if (one === undefined) return [404, { error: { code: 404, message: `no table ${table}` } }];
    if (method === 'DELETE') delete found?.[table];
    return [200, tableAnswer({ ...reference, tableId: table }, one)];
  }

  private async job(method: string, [kind, id]: readonly string[], text: string): Promise<[number, Json]> {
    if (method === 'POST') {
      const sent = JSON.parse(text) as {
        jobReference: { jobId: string };
        configuration: { labels?: Record<string, string>; query: QueryConfiguration };
      };
      const job = await this.run(sent.jobReference.jobId, sent.configuration.query, sent.configuration.labels ?? {});
      this.jobs.set(job.id, job);
      return [200, jobAnswer(this.options.project, job, 'job')];
    }
    const job = this.jobs.get(id ?? '');
    if (job === undefined) return [404, { error: { code: 404, message: `no job ${id ?? ''}` } }];
    return [200, jobAnswer(this.options.project, job, kind === 'queries' ? 'rows' : 'job')];
  }

  private async run(id: string, { query, maximumBytesBilled }: QueryConfiguration, labels: Record<string, string>): Promise<AnsweredJob> {
    const catalog = { [this.options.project]: { ...this.datasets } };
    const sql = query.replace(/^\s*\/\*.*?\*\/\s*/s, '').trim();
    const isScript = /;\s*\S/.test(sql.replace(/--.*$/gm, '').replace(/'[^']*'/g, "''"));
    const analyses = isScript ? await this.options.analyzer.analyzeAll(sql, catalog) : [await this.options.analyzer.analyze(sql, catalog)];
    const problem = analyses.find((each) => !each.ok);
    const message = problem === undefined ? null : `${problem.message} at ${String(problem.line)}:${String(problem.column)}`;
    this.statements.push({ sql, labels, maximumBytesBilled: maximumBytesBilled ?? null, problem: message });
    const [analysis] = analyses;
    const columns = analysis?.ok === true ? analysis.columns : [];
    if (message === null) this.apply(sql, columns);
    const isQuery = analysis?.ok === true && analysis.kind === 'QUERY';
    return {
      id,
      kind: isScript ? 'SCRIPT' : statementType(sql),
      problem: message,
      columns: isQuery ? columns : [],
      rows: isQuery ? this.options.rows(sql, columns) : [],
      made: MADE.exec(sql)?.slice(3, 5) ?? null,
    };
  }

  private apply(sql: string, columns: readonly AnsweredColumn[]): void {
    const [, kind = '', , dataset = '', table = ''] = MADE.exec(sql) ?? [];
    if (table !== '') {
      const made = { columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])), isView: kind.toLowerCase() === 'view' };
      const tables = (this.datasets[dataset] ??= {});
      if (!/if not exists/i.test(sql) || tables[table] === undefined) tables[table] = made;
    }
    const [, , from = '', dropped = ''] = DROPPED.exec(sql) ?? [];
    if (dropped !== '') delete this.datasets[from]?.[dropped];
  }

  /** A seed: its columns are texts. */
  private loaded(text: string): Json {
    const found = /\{.*\}/s.exec(text.split('\r\n').find((line) => line.startsWith('{')) ?? '{}')?.[0] ?? '{}';
    const { configuration, jobReference } = JSON.parse(found) as {
      configuration?: { load?: LoadConfiguration };
      jobReference?: { jobId: string };
    };
    const load = configuration?.load;
    if (load !== undefined) {
      const { datasetId, tableId } = load.destinationTable;
      const columns = Object.fromEntries((load.schema?.fields ?? []).map(({ name, type }) => [name, type]));
      (this.datasets[datasetId] ??= {})[tableId] = { columns };
    }
    const job: AnsweredJob = { id: jobReference?.jobId ?? 'load', kind: 'LOAD', problem: null, columns: [], rows: [], made: null };
    this.jobs.set(job.id, job);
    return jobAnswer(this.options.project, job, 'job');
  }
}

interface QueryConfiguration {
  readonly query: string;
  readonly maximumBytesBilled?: string;
}
interface LoadConfiguration {
  readonly destinationTable: { readonly datasetId: string; readonly tableId: string };
  readonly schema?: { readonly fields: readonly { readonly name: string; readonly type: string }[] };
}

function statementType(sql: string): string {
  const plain = sql.replace(/--.*$/gm, '').trim().toLowerCase();
  if (/^create (or replace )?table function/.test(plain)) return 'CREATE_TABLE_FUNCTION';
  if (/^create (or replace )?view/.test(plain)) return 'CREATE_VIEW';
  if (/^create (or replace )?table/.test(plain))
    return /\bas\s*\(?\s*(--.*)?\s*(select|with)\b/.test(plain) ? 'CREATE_TABLE_AS_SELECT' : 'CREATE_TABLE';
  const [word = ''] = plain.split(/\s/);
  return { merge: 'MERGE', delete: 'DELETE', insert: 'INSERT', drop: 'DROP_TABLE' }[word] ?? 'SELECT';
}
