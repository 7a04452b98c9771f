/** The rows of a Parquet file by DuckDB, in a process of its own for each file, under limits of memory and time. */
import { fork, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { residentBytes } from '../../engine/process/resident-memory.ts';
import { MarketsError } from '../../errors/markets-error.ts';
import type { ParquetRowsOutcome, ParquetRowsRequest, WriteParquetRows } from '../../ports/parquet-rows.ts';
import type { ParquetChildAnswer, ParquetChildJob } from './parquet-child.ts';

const ENTRY = fileURLToPath(new URL('./parquet-child.ts', import.meta.url));
const SAMPLE_MS = 50;
/** What the process may have besides DuckDB's own memory. */
const NODE_BYTES = 256 * 1024 * 1024;
const LEAST_DUCKDB_BYTES = 64 * 1024 * 1024;
const MAX_STDERR_CHARACTERS = 2000;

type Failure = 'crashed' | 'memory' | 'time' | 'error' | 'closed';

const MESSAGES: Readonly<Record<Failure, string>> = {
  crashed: 'The process that reads Parquet ended before its file was read.',
  memory: 'Reading the Parquet file used more memory than it may.',
  time: 'Reading the Parquet file took longer than it may and was stopped.',
  error: 'Reading the Parquet file ended with an error of the program.',
  closed: 'Reading the Parquet file was stopped.',
};

export const writeParquetRows: WriteParquetRows = (request) => {
  if (request.signal.aborted) return Promise.reject(failed('closed', 'stopped before it began'));
  return new Promise((resolve, reject) => {
    const child = fork(ENTRY, [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      cwd: dirname(request.rowsPath),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    new Reading(child, request, resolve, reject).start();
  });
};

class Reading {
  private readonly child: ChildProcess;
  private readonly request: ParquetRowsRequest;
  private readonly resolve: (outcome: ParquetRowsOutcome) => void;
  private readonly reject: (error: MarketsError) => void;
  private readonly timers: NodeJS.Timeout[] = [];
  private answer: ParquetChildAnswer | undefined;
  private killedFor: Failure | undefined;
  private errors = '';

  constructor(
    child: ChildProcess,
    request: ParquetRowsRequest,
    resolve: (outcome: ParquetRowsOutcome) => void,
    reject: (error: MarketsError) => void,
  ) {
    this.child = child;
    this.request = request;
    this.resolve = resolve;
    this.reject = reject;
  }

  start(): void {
    const { child, request } = this;
    this.timers.push(
      setTimeout(() => {
        this.kill('time');
      }, request.maxDurationMs),
      setInterval(() => void this.sample(), SAMPLE_MS),
    );
    request.signal.addEventListener('abort', this.onAbort, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-MAX_STDERR_CHARACTERS);
    });
    child.on('message', (answer: ParquetChildAnswer) => {
      this.answer = answer;
    });
    child.on('error', (error) => {
      this.errors += error.message;
      this.end('no process');
    });
    child.on('close', (code, signal) => {
      this.end(signal === null ? `exit status ${String(code)}` : `signal ${signal}`);
    });
    const { path, rowsPath, maxRowsBytes, maxResidentBytes } = request;
    const memoryLimitBytes = Math.max(LEAST_DUCKDB_BYTES, maxResidentBytes - NODE_BYTES);
    const job: ParquetChildJob = { path, rowsPath, maxRowsBytes, memoryLimitBytes };
    child.send(job, (error) => {
      // The channel is gone, so is the process: its end tells why.
      if (error !== null) this.kill('crashed');
    });
  }

  private readonly onAbort = (): void => {
    this.kill('closed');
  };

  private kill(reason: Failure): void {
    this.killedFor ??= reason;
    this.child.kill('SIGKILL');
  }

  private async sample(): Promise<void> {
    const { pid } = this.child;
    const bytes = pid === undefined ? undefined : await residentBytes(pid);
    if (bytes !== undefined && bytes > this.request.maxResidentBytes) this.kill('memory');
  }

  private end(found: string): void {
    for (const timer of this.timers) clearInterval(timer);
    this.request.signal.removeEventListener('abort', this.onAbort);
    const { answer } = this;
    if (this.killedFor !== undefined || answer === undefined) {
      this.reject(failed(this.killedFor ?? 'crashed', found, this.errors));
    } else if (answer.kind === 'done') {
      this.resolve({ ok: true });
    } else if (answer.kind === 'refused') {
      this.resolve({ ok: false, code: answer.code, message: answer.message });
    } else {
      this.reject(failed(answer.kind === 'memory' ? 'memory' : 'error', answer.message, answer.kind === 'error' ? answer.stack : ''));
    }
  }
}

function failed(reason: Failure, found: string, errors = ''): MarketsError {
  const cause = errors === '' ? undefined : new Error(errors);
  return new MarketsError('ENGINE_CHILD', MESSAGES[reason], { found, details: { reason }, ...(cause && { cause }) });
}
