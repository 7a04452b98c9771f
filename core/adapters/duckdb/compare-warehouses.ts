/** Two warehouses compared row by row and column by column: what an incremental build must share with a full refresh. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { sqlName, sqlText } from '../../warehouse/sql-text.ts';

export interface TableDifference {
  /** schema.table */
  readonly table: string;
  /** Rows that only one side has; -1 where a side lacks the table or a column of it. */
  readonly onlyLeft: number;
  readonly onlyRight: number;
  /** One such row as JSON, for a person. */
  readonly example: string | null;
}

export interface CompareOptions {
  /** Schemas that are compared; those of business data by default. */
  readonly schemas?: readonly string[];
  /** Columns left out everywhere, e.g. published_at where the order of arrival differs on purpose. */
  readonly exceptColumns?: readonly string[];
  /** schema.table left out. */
  readonly exceptTables?: readonly string[];
}

const BUSINESS_SCHEMAS = ['staging', 'dimensions', 'curation', 'consumer'];

/** The tables and views that differ; [] when both hold the same. Both files must be closed by their writers. */
export async function compareWarehouses(left: string, right: string, options: CompareOptions = {}): Promise<readonly TableDifference[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    // Views hold the name of the database that they were made in, so each side is read under that name, into memory.
    const tables = [
      ...new Set([
        ...(await copyTables(connection, left, 'left_side', options)),
        ...(await copyTables(connection, right, 'right_side', options)),
      ]),
    ];
    const differences: TableDifference[] = [];
    for (const table of tables.toSorted()) {
      const difference = await compareTable(connection, table);
      if (difference.onlyLeft !== 0 || difference.onlyRight !== 0) differences.push(difference);
    }
    return differences;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function copyTables(connection: DuckDBConnection, path: string, side: string, options: CompareOptions): Promise<string[]> {
  const schemas = (options.schemas ?? BUSINESS_SCHEMAS).map(sqlText).join(', ');
  await connection.run(`CREATE SCHEMA ${side}`);
  await connection.run(`ATTACH ${sqlText(path)} AS markets (READ_ONLY)`);
  const found = await connection.runAndReadAll(
    `SELECT schema_name, table_name, string_agg('"' || column_name || '"', ', ' ORDER BY column_name)
     FROM duckdb_columns() WHERE database_name = 'markets' AND schema_name IN (${schemas})
       AND column_name NOT IN (${['', ...(options.exceptColumns ?? [])].map(sqlText).join(', ')})
     GROUP BY ALL`,
  );
  const tables: string[] = [];
  for (const [schema, table, columns] of found.getRows().map((row) => row.map(String))) {
    const name = `${schema ?? ''}.${table ?? ''}`;
    if (options.exceptTables?.includes(name) === true) continue;
    const from = `markets.${sqlName(schema ?? '')}.${sqlName(table ?? '')}`;
    await connection.run(`CREATE TABLE ${side}.${sqlName(name)} AS SELECT ${columns ?? ''} FROM ${from}`);
    tables.push(name);
  }
  await connection.run('DETACH markets');
  return tables;
}

async function compareTable(connection: DuckDBConnection, table: string): Promise<TableDifference> {
  const [left, right] = ['left_side', 'right_side'].map((side) => `(FROM ${side}.${sqlName(table)})`);
  const only = async (one: string, other: string): Promise<readonly [number, string | null]> => {
    const found = await connection.runAndReadAll(
      `SELECT count(*), any_value(CAST(to_json(d) AS VARCHAR)) FROM (${one} EXCEPT ALL ${other}) AS d`,
    );
    const row = found.getRows()[0] ?? [];
    return [Number(row[0] ?? 0), row[1] === null || row[1] === undefined ? null : String(row[1])];
  };
  try {
    const [onlyLeft, leftExample] = await only(left ?? '', right ?? '');
    const [onlyRight, rightExample] = await only(right ?? '', left ?? '');
    return { table, onlyLeft, onlyRight, example: leftExample ?? rightExample };
  } catch (error) {
    return { table, onlyLeft: -1, onlyRight: -1, example: error instanceof Error ? error.message : String(error) };
  }
}
