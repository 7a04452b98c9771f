/**
 * The tables of layer raw of a BigQuery emulator, filled from a local root by client loads: events as JSON Lines, staged parts as Parquet. What the
 * lane does with load jobs of bucket objects, for tests of dbt alone.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LANE_TABLES, rawTable } from '../../../core/warehouse/raw-tables.ts';
import { bigqueryDialect, LAYERS } from '../../../core/warehouse/dialect.ts';
import { createTableDdl } from '../../../core/warehouse/raw-table-ddl.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { BigqueryWarehouse } from '../project/warehouse-target.ts';

const POLLS_MAX = 600;
const POLL_MS = 50;

interface Line {
  readonly type: string;
  readonly load_id?: string | null;
  readonly source?: string | null;
  readonly data: {
    readonly quarantine?: string | null;
    readonly attempt?: number;
    readonly parts?: readonly { readonly object: string }[];
  };
}

export class RawTables {
  private readonly warehouse: BigqueryWarehouse;
  private readonly endpoint: string;
  private readonly segments = new Set<string>();
  private readonly loads = new Set<string>();
  private readonly quarantined = new Set<string>();

  constructor(warehouse: BigqueryWarehouse) {
    this.warehouse = warehouse;
    this.endpoint = warehouse.api_endpoint ?? '';
  }

  /** Datasets and empty tables. */
  async create(specs: readonly SourceSpec[]): Promise<void> {
    const { project, dataset_prefix: datasetPrefix } = this.warehouse;
    const names = bigqueryDialect({ project, datasetPrefix });
    for (const layer of LAYERS) await this.query(`create schema if not exists \`${project}\`.\`${datasetPrefix}${layer}\``);
    for (const table of [...LANE_TABLES, ...specs.map(rawTable)]) {
      await this.query(createTableDdl(table, names, { partition_expiration_days: 30, require_partition_filter: false }));
    }
  }

  /** Loads what the root holds and was not loaded: whole segments, published loads, quarantine objects of verdicts. */
  async fill(root: string): Promise<void> {
    const lines: (Line & { readonly segment: string })[] = [];
    const base = join(root, 'control', 'events');
    const segments = (await readdir(base, { recursive: true }))
      .filter((path) => path.endsWith('.jsonl'))
      .map((path) => `control/events/${path}`);
    for (const segment of segments.toSorted().filter((name) => !this.segments.has(name))) {
      const text = await readFile(join(root, segment), 'utf8');
      for (const line of text.split('\n').filter((each) => each !== '')) lines.push({ ...(JSON.parse(line) as Line), segment });
      this.segments.add(segment);
    }
    if (lines.length > 0)
      await this.loadJson(
        '_events',
        lines.map((line) => ({ ...line, data: JSON.stringify(line.data) })),
      );
    for (const line of lines) {
      if (line.type === 'load_published') await this.loadParts(root, line);
      if (line.type === 'file_validated') await this.loadQuarantine(root, line);
    }
  }

  private async loadParts(root: string, line: Line): Promise<void> {
    const [loadId, source] = [line.load_id ?? '', line.source ?? ''];
    if (this.loads.has(loadId)) return;
    this.loads.add(loadId);
    for (const { object } of line.data.parts ?? []) await this.load(source, 'PARQUET', await readFile(join(root, object)));
  }

  private async loadQuarantine(root: string, line: Line): Promise<void> {
    const { quarantine, attempt } = line.data;
    const key = `${line.load_id ?? ''}:${String(attempt)}`;
    if (quarantine === null || quarantine === undefined || this.quarantined.has(key)) return;
    this.quarantined.add(key);
    const text = await readFile(join(root, quarantine), 'utf8');
    const records = text.split('\n').filter((each) => each !== '');
    const rows = records.map((each) => {
      const { file, record, line: at, byte_offset, byte_length, findings } = JSON.parse(each) as Record<string, unknown>;
      const kept = (findings as Record<string, unknown>[]).map(({ code, column, rule, expected }) => ({ code, column, rule, expected }));
      return {
        load_id: line.load_id,
        attempt,
        quarantine,
        file,
        record,
        line: at,
        byte_offset,
        byte_length,
        findings: JSON.stringify(kept),
      };
    });
    if (rows.length > 0) await this.loadJson('_quarantine', rows);
  }

  private async loadJson(table: string, rows: readonly object[]): Promise<void> {
    await this.load(table, 'NEWLINE_DELIMITED_JSON', Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')));
  }

  private async load(tableId: string, sourceFormat: string, content: Buffer): Promise<void> {
    const { project: projectId, dataset_prefix } = this.warehouse;
    const destinationTable = { projectId, datasetId: `${dataset_prefix}raw`, tableId };
    const load = {
      destinationTable,
      sourceFormat,
      writeDisposition: 'WRITE_APPEND',
      createDisposition: 'CREATE_NEVER',
      ignoreUnknownValues: true,
    };
    const border = 'border-of-parts';
    const head = `--${border}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ configuration: { load } })}\r\n--${border}\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const answer = await fetch(`${this.endpoint}/upload/bigquery/v2/projects/${projectId}/jobs?uploadType=multipart`, {
      method: 'POST',
      headers: { 'content-type': `multipart/related; boundary=${border}` },
      body: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${border}--\r\n`)]),
    });
    await this.finish(answer, `load of ${tableId}`);
  }

  private async query(query: string): Promise<void> {
    const answer = await fetch(`${this.endpoint}/bigquery/v2/projects/${this.warehouse.project}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ configuration: { query: { query, useLegacySql: false } } }),
    });
    await this.finish(answer, query);
  }

  private async finish(answer: Response, what: string): Promise<void> {
    let job = (await answer.json()) as Job;
    for (let poll = 0; poll < POLLS_MAX && job.status?.state !== 'DONE'; poll += 1) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const asked = await fetch(`${this.endpoint}/bigquery/v2/projects/${this.warehouse.project}/jobs/${job.jobReference?.jobId ?? ''}`);
      job = (await asked.json()) as Job;
    }
    if (job.status?.state !== 'DONE' || job.status.errorResult !== undefined)
      throw new Error(`${what}: ${JSON.stringify(job.status ?? job)}`);
  }
}

interface Job {
  readonly jobReference?: { readonly jobId: string };
  readonly status?: { readonly state: string; readonly errorResult?: unknown };
}
