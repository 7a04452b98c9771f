/**
 * The entry of a process that reads one Parquet file with DuckDB and writes its rows as JSON lines. DuckDB is native code that
 * reads bytes of strangers: it has a process of its own, nothing of its parent's environment, and no access to files but
 * the one. The process ends when it has answered.
 */
import { closeSync, constants, copyFileSync, openSync, rmSync, writeSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { FooterFault } from '../../engine/parquet-rows/compact-reader.ts';
import { readParquetFooter, type ParquetFooter } from '../../engine/parquet-rows/parquet-footer.ts';
import { sqlText } from '../../warehouse/sql-text.ts';
import { jsonOf, type ValueKind } from './parquet-json.ts';

export interface ParquetChildJob {
  readonly path: string;
  readonly rowsPath: string;
  readonly maxRowsBytes: number;
  readonly memoryLimitBytes: number;
}

export type ParquetChildAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: 'FILE_UNREADABLE' | 'FILE_TOO_LARGE'; readonly message: string }
  /** DuckDB asked for more memory than it may have. */
  | { readonly kind: 'memory'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string; readonly stack: string };

const FLUSH_CHARACTERS = 256 * 1024;

class RowsTooLarge extends Error {}

/** What DuckDB says of the file itself. */
class ReadFault extends Error {}

async function answer(job: ParquetChildJob): Promise<ParquetChildAnswer> {
  try {
    const footer = readParquetFooter(job.path);
    if (footer.inexact !== null) return refused(footer.inexact);
    await writeRows(job, footer);
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof FooterFault) return refused(`The file is no whole Parquet file: ${error.message}.`);
    if (error instanceof RowsTooLarge) return { kind: 'refused', code: 'FILE_TOO_LARGE', message: error.message };
    if (error instanceof ReadFault) {
      if (/^Out of Memory/i.test(error.message)) return { kind: 'memory', message: error.message };
      return refused(`The Parquet file cannot be read: ${error.message}`);
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'error', message, stack: stack ?? '' };
  }
}

function refused(message: string): ParquetChildAnswer {
  return { kind: 'refused', code: 'FILE_UNREADABLE', message };
}

async function writeRows(job: ParquetChildJob, footer: ParquetFooter): Promise<void> {
  const readable = footer.utcNanos.length === 0 ? job.path : withLocalNanos(job, footer);
  const rows = openSync(job.rowsPath, 'w');
  try {
    const connection = await connect(job, readable);
    await copyRows(connection, readable, footer, rows, job.maxRowsBytes);
  } finally {
    closeSync(rows);
    if (readable !== job.path) rmSync(readable, { force: true });
  }
}

/**
 * DuckDB cuts nanoseconds in UTC to microseconds, and keeps local ones. So it is given a copy whose footer says local, a bit for
 * each column; the rows say UTC again.
 */
function withLocalNanos({ path, rowsPath }: ParquetChildJob, { utcNanos }: ParquetFooter): string {
  const copy = `${rowsPath}.parquet`;
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  const file = openSync(copy, 'r+');
  try {
    // Field 1 of TimestampType: a boolean that is true or false by its header alone.
    for (const { flagAt } of utcNanos) writeSync(file, Buffer.from([0x12]), 0, 1, flagAt);
  } finally {
    closeSync(file);
  }
  return copy;
}

async function connect({ memoryLimitBytes }: ParquetChildJob, path: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${String(Math.floor(memoryLimitBytes / (1024 * 1024)))}MiB`,
    // One thread keeps the rows in the order of the file.
    threads: '1',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("SET temp_directory = ''");
  await connection.run(`SET allowed_paths = [${sqlText(path)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return connection;
}

async function copyRows(connection: DuckDBConnection, path: string, footer: ParquetFooter, rows: number, maxBytes: number): Promise<void> {
  const utc = new Set(footer.utcNanos.map(({ column }) => column));
  const result = await reading(() => connection.stream(`SELECT * FROM read_parquet(${sqlText(path)}, hive_partitioning = false)`));
  const names = result.columnNames().map((name) => JSON.stringify(name));
  const types = result.columnTypes();
  const kinds = result.columnNames().map((name, column): ValueKind => ({ isUtc: utc.has(name), isJson: types[column]?.alias === 'JSON' }));
  let text = '';
  let bytes = 0;
  const flush = (): void => {
    const content = Buffer.from(text, 'utf8');
    text = '';
    bytes += content.length;
    if (bytes > maxBytes) throw new RowsTooLarge(`The rows of the file take more than ${maxBytes} bytes as JSON.`);
    for (let done = 0; done < content.length;) done += writeSync(rows, content, done);
  };
  for (;;) {
    const chunk = await reading(() => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) {
      text += `{${row.map((value, column) => `${names[column] ?? ''}:${jsonOf(value, kinds[column] ?? { isUtc: false, isJson: false })}`).join(',')}}\n`;
      if (text.length > FLUSH_CHARACTERS) flush();
    }
  }
  flush();
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ReadFault(message.split('\n', 1)[0] ?? '', { cause: error });
  }
}

// The parent decides what a Ctrl-C means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.once('message', (job: ParquetChildJob) => {
  void answer(job).then((message) => {
    process.send?.(message, () => {
      process.disconnect();
    });
  });
});
