/**
 * The warehouse's snapshot in DuckDB, read-only and locked down: after it is attached under the name that its views refer to, access to
 * files and network ends for good, and no setting can be changed any more.
 */
import { stat } from 'node:fs/promises';
import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBPreparedStatement, type DuckDBResult } from '@duckdb/node-api';
import { MarketsError } from '../../errors/markets-error.ts';
import type { WarehouseReader, WarehouseRow, WarehouseRows, WarehouseValue } from '../../ports/warehouse-reader.ts';
import { DUCKDB_DIALECT } from '../../warehouse/dialect.ts';
import { sqlName, sqlText } from '../../warehouse/sql-text.ts';
import { warehouseColumn, warehouseValue } from './duckdb-values.ts';

/** Name of the database while it was written: views hold it. */
const DATABASE = 'markets';
const READING = new Set<StatementType>([StatementType.SELECT, StatementType.EXPLAIN, StatementType.RELATION]);

export interface DuckdbReaderOptions {
  /** The snapshot's file. */
  readonly path: string;
  /** As DuckDB writes it, e.g. 512MB. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/** WAREHOUSE_MISSING where there is no snapshot yet. */
export async function openDuckdbWarehouse(options: DuckdbReaderOptions): Promise<WarehouseReader> {
  if ((await stat(options.path).catch(() => null)) === null) {
    throw new MarketsError('WAREHOUSE_MISSING', 'There is no warehouse yet.', {
      expected: options.path,
      found: 'no file',
      next: 'run a cycle first: markets run',
    });
  }
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '1GB',
    threads: String(options.threads ?? 2),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH ${sqlText(options.path)} AS ${DATABASE} (READ_ONLY)`);
    await connection.run(`USE ${sqlName(DATABASE)}`);
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw refused(error);
  }
  return new DuckdbWarehouseReader(instance, connection);
}

class DuckdbWarehouseReader implements WarehouseReader {
  readonly dialect = DUCKDB_DIALECT;
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  async query(sql: string, parameters: readonly string[] = []): Promise<WarehouseRows> {
    const result = await this.start(sql, parameters).catch((error: unknown) => {
      throw refused(error);
    });
    const names = result.columnNames();
    const columns = result.columnTypes().map((type, index) => warehouseColumn(names[index] ?? '', type));
    return { columns, batches: batches(result, columns), cost: null };
  }

  async estimate(sql: string): Promise<null> {
    await this.prepare(sql).catch((error: unknown) => {
      throw refused(error);
    });
    return null;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private async start(sql: string, parameters: readonly string[]): Promise<DuckDBResult> {
    const statement = await this.prepare(sql);
    parameters.forEach((text, index) => {
      statement.bindVarchar(index + 1, text);
    });
    return statement.stream();
  }

  private async prepare(sql: string): Promise<DuckDBPreparedStatement> {
    const statements = await this.connection.extractStatements(sql);
    if (statements.count !== 1) {
      throw new MarketsError('WAREHOUSE_QUERY', 'A query is exactly one statement.', { found: `${String(statements.count)} statements` });
    }
    const statement = await statements.prepare(0);
    if (!READING.has(statement.statementType)) {
      throw new MarketsError('WAREHOUSE_QUERY', 'Only statements that read are allowed.', {
        expected: 'SELECT',
        found: StatementType[statement.statementType],
      });
    }
    return statement;
  }
}

async function* batches(result: DuckDBResult, columns: WarehouseRows['columns']): AsyncGenerator<readonly WarehouseRow[]> {
  for (;;) {
    const chunk = await result.fetchChunk().catch((error: unknown) => {
      throw refused(error);
    });
    if (chunk === null || chunk.rowCount === 0) return;
    const rows = Array.from({ length: chunk.rowCount }, () => new Array<WarehouseValue>(columns.length).fill(null));
    columns.forEach((column, index) => {
      chunk.visitColumnValues(index, (value, rowIndex) => {
        const row = rows[rowIndex];
        if (row !== undefined) row[index] = warehouseValue(column, value);
      });
    });
    yield rows;
  }
}

function refused(error: unknown): MarketsError {
  if (error instanceof MarketsError) return error;
  return new MarketsError('WAREHOUSE_QUERY', 'The warehouse refused a query.', {
    cause: error,
    found: error instanceof Error ? error.message : String(error),
  });
}
