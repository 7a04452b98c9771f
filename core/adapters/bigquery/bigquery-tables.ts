/** Datasets and tables of BigQuery as the lane needs them: looked at by the tables' own resource, which costs nothing, changed by DDL. */
import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { MarketsError } from '../../errors/markets-error.ts';
import type { Layer, WarehouseDialect } from '../../warehouse/dialect.ts';
import { addColumnsDdl, createTableDdl, type DdlOptions } from '../../warehouse/raw-table-ddl.ts';
import type { TableDefinition } from '../../warehouse/table-definition.ts';
import { ApiFault } from './api-fault.ts';
import type { BigqueryConnection } from './connection.ts';
import { runJob } from './job.ts';
import { list, member, text } from './wire-json.ts';

const TABLES_AT_ONCE = 4;

export class BigqueryTables {
  private readonly connection: BigqueryConnection;
  private readonly dialect: WarehouseDialect;
  private readonly ddl: DdlOptions;

  constructor(connection: BigqueryConnection, dialect: WarehouseDialect, ddl: DdlOptions) {
    this.connection = connection;
    this.dialect = dialect;
    this.ddl = ddl;
  }

  async createLayers(layers: readonly Layer[]): Promise<void> {
    const { project, location, labels } = this.connection.options;
    for (const layer of layers) {
      if (await this.layerExists(layer)) continue;
      const datasetId = this.dataset(layer);
      const body = { datasetReference: { projectId: project, datasetId }, location, labels };
      try {
        await this.connection.call({ method: 'POST', path: 'datasets', body });
      } catch (error) {
        // Another run made it in between, or the answer to ours was lost.
        if (!(error instanceof ApiFault) || error.status !== 409) throw error;
      }
    }
  }

  async layerExists(layer: Layer): Promise<boolean> {
    return (await this.get(`datasets/${this.dataset(layer)}`)) !== null;
  }

  /** The names of a table's columns; null where there is no such table. */
  async columnsOf(layer: Layer, name: string): Promise<ReadonlySet<string> | null> {
    const table = await this.get(`datasets/${this.dataset(layer)}/tables/${encodeURIComponent(name)}`);
    if (table === null) return null;
    return new Set(list(member(table, 'schema', 'fields')).map((field) => text(member(field, 'name')) ?? ''));
  }

  async prepare(tables: readonly TableDefinition[]): Promise<readonly string[]> {
    const limit = pLimit(TABLES_AT_ONCE);
    const changed = await Promise.all(tables.map((table) => limit(async () => ((await this.prepareOne(table)) ? [table.name] : []))));
    return changed.flat();
  }

  private async prepareOne(table: TableDefinition): Promise<boolean> {
    const columns = await this.columnsOf(table.layer, table.name);
    const statements =
      columns === null ? [createTableDdl(table, this.dialect, this.ddl)] : addColumnsDdl(table, [...columns], this.dialect);
    for (const statement of statements) await this.execute(statement, table);
    return statements.length > 0;
  }

  private async execute(query: string, { layer, name }: TableDefinition): Promise<void> {
    const { error } = await runJob(this.connection, `markets_ddl_${randomUUID()}`, { query: { query, useLegacySql: false } });
    if (error === null) return;
    throw new MarketsError('WAREHOUSE_LOAD', 'A table could not be made or changed.', {
      expected: `${layer}.${name} with the columns of its source spec`,
      found: `${error.reason}: ${error.message}`,
    });
  }

  private dataset(layer: Layer): string {
    return `${this.connection.options.datasetPrefix}${layer}`;
  }

  private async get(path: string): Promise<unknown> {
    try {
      return await this.connection.call({ method: 'GET', path });
    } catch (error) {
      if (error instanceof ApiFault && error.status === 404) return null;
      throw error;
    }
  }
}
