/** Files of a history by DuckDB: one thread, so that the order of rows and the bytes are the same each time; what does not fit into memory is spilled. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { OutputColumn } from '../../engine/output/file-output.ts';
import { MarketsError } from '../../errors/markets-error.ts';
import type { DayProof, HistoryFile, HistoryFiles, HistoryOrder, MergeRequest, SplitRequest } from '../../ports/history-files.ts';
import { duckdbType } from '../../warehouse/duckdb-type.ts';
import { sqlName, sqlText } from '../../warehouse/sql-text.ts';

const MEMORY = '1GB';
const PLACE = ['_kafka_topic', '_kafka_partition', '_kafka_offset'] as const;
/** A slice that touches more days than this is no stream of market data. */
const DAYS_MAX = 4000;

/** `scratch` takes what does not fit into memory. WAREHOUSE_QUERY where DuckDB refuses. */
export async function openDuckdbHistoryFiles(scratch: string): Promise<HistoryFiles> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY,
    threads: '1',
    temp_directory: scratch,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const run = async (sql: string): Promise<readonly (readonly unknown[])[]> => await rowsOf(connection, sql);
  return {
    split: async (request) => await split(run, request),
    merge: async (request) => await merge(run, request),
    prove: async ({ files, day }) => await prove(run, files, day),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await Promise.resolve();
    },
  };
}

type Run = (sql: string) => Promise<readonly (readonly unknown[])[]>;

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<readonly (readonly unknown[])[]> {
  try {
    return await (await connection.run(sql)).getRowsJson();
  } catch (error) {
    throw new MarketsError('WAREHOUSE_QUERY', 'DuckDB refused a statement on the files of a history.', {
      // The engine's words may hold values of rows: only their kind is told.
      found: String(error instanceof Error ? error.message : error).split(':')[0] ?? 'an error',
    });
  }
}

async function split(run: Run, request: SplitRequest): Promise<readonly HistoryFile[]> {
  const { inputs, columns, folder, eventTime } = request;
  const time = eventTime === null ? '_kafka_timestamp' : `coalesce(${sqlName(eventTime)}, _kafka_timestamp)`;
  await run(`CREATE OR REPLACE TEMP TABLE slice AS SELECT *, CAST(${time} AS DATE) AS _day FROM (${typedRows(inputs, columns)})`);
  const days = await run('SELECT CAST(_day AS VARCHAR), CAST(count(*) AS VARCHAR) FROM slice GROUP BY _day ORDER BY _day');
  if (days.length > DAYS_MAX)
    throw new MarketsError('STREAM_STATE', 'A slice of a stream touches too many days.', { expected: `at most ${DAYS_MAX}` });
  const files: HistoryFile[] = [];
  for (const [day, rows] of days as readonly (readonly [string, string])[]) {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${day}.parquet`);
    await run(copyTo(`SELECT * EXCLUDE (_day) FROM slice WHERE _day = DATE ${sqlText(day)} ${orderBy(request)}`, path));
    files.push({ day, path, rows: Number(rows) });
  }
  await run('DROP TABLE slice');
  return files;
}

/** Every value of a checked record is text in one canonical form (core/stream/record-json.ts), so that a cast gives it exactly. */
function typedRows(inputs: readonly string[], columns: readonly OutputColumn[]): string {
  const record = 'decode(data)';
  const typed = columns.map(({ name, type, repeated }) => {
    const path = sqlText(`$."${name}"`);
    if (repeated) {
      const list = `CAST(json_extract(${record}, ${path}) AS VARCHAR[])`;
      const values =
        type.kind === 'BYTES'
          ? `list_transform(${list}, lambda element: from_base64(element))`
          : `CAST(${list} AS ${duckdbType(type, true)})`;
      return `${values} AS ${sqlName(name)}`;
    }
    const text = `json_extract_string(${record}, ${path})`;
    const value = type.kind === 'BYTES' ? `from_base64(${text})` : `CAST(${text} AS ${duckdbType(type)})`;
    return `${value} AS ${sqlName(name)}`;
  });
  const attribute = (name: string): string => `json_extract_string(attributes, '$.${name}')`;
  return [
    `SELECT ${typed.join(', ')},`,
    `${attribute('kafka_topic')} AS _kafka_topic, CAST(${attribute('kafka_partition')} AS BIGINT) AS _kafka_partition,`,
    `CAST(${attribute('kafka_offset')} AS BIGINT) AS _kafka_offset, CAST(${attribute('kafka_timestamp')} AS TIMESTAMP WITH TIME ZONE) AS _kafka_timestamp,`,
    `publish_time AS _ingestion_time FROM read_parquet(${listOf(inputs)}, hive_partitioning = false)`,
  ].join(' ');
}

async function merge(run: Run, request: MergeRequest): Promise<{ readonly rows: number }> {
  await run(copyTo(`SELECT * FROM read_parquet(${listOf(request.inputs)}, hive_partitioning = false) ${orderBy(request)}`, request.output));
  const [[rows] = []] = await run(`SELECT CAST(count(*) AS VARCHAR) FROM read_parquet(${listOf([request.output])})`);
  return { rows: Number(rows) };
}

function copyTo(select: string, path: string): string {
  return `COPY (${select}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`;
}

function orderBy({ instrument, eventTime }: HistoryOrder): string {
  const first = [instrument, eventTime ?? '_kafka_timestamp'].flatMap((name) => (name === null ? [] : [`${sqlName(name)} NULLS FIRST`]));
  return `ORDER BY ${[...first, ...PLACE].join(', ')}`;
}

async function prove(run: Run, files: readonly string[], day: string): Promise<DayProof> {
  const [year = '', month = '', date = ''] = day.split('-');
  const source = `read_parquet(${listOf(files)}, hive_partitioning = true, hive_types = {year: INT, month: INT, day: INT}, filename = true, union_by_name = true)`;
  const where = `WHERE year = ${String(Number(year))} AND month = ${String(Number(month))} AND day = ${String(Number(date))}`;
  const plan = (await run(`EXPLAIN ANALYZE SELECT count(_kafka_offset) FROM ${source} ${where}`)).flat().join('\n');
  const [, read, given] = /(?:Scanning Files|Total Files Read): *(\d+)(?:\/(\d+))?/.exec(plan.replaceAll(/[│┌┐└┘─\s]+/g, ' ')) ?? [];
  const counted = await run(`SELECT filename, CAST(count(*) AS VARCHAR) FROM ${source} ${where} GROUP BY filename ORDER BY filename`);
  return {
    filesScanned: Number(read ?? files.length),
    filesGiven: Number(given ?? files.length),
    filesRead: counted.map(([name]) => String(name)),
    rows: counted.reduce((sum, [, rows]) => sum + Number(rows), 0),
  };
}

function listOf(paths: readonly string[]): string {
  return `[${paths.map((path) => sqlText(path)).join(', ')}]`;
}
