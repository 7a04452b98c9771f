/**
 * A warm dbt process behind JSON lines. It is started with the first request and serves the following ones; on any doubt (no answer in
 * time, an answer that does not fit, its death) it is killed, and the next request starts another. One request at a time.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { BigqueryWarehouse } from './project/warehouse-target.ts';

const WORKER = fileURLToPath(new URL('dbt-worker.py', import.meta.url));
/** The Python that `make install` prepares. */
export const DBT_PYTHON = fileURLToPath(new URL('../../.tools/python/bin/python', import.meta.url));

const DEFAULT_TIMEOUT_MS = 3_600_000;
const START_TIMEOUT_MS = 120_000;
/** How much of what dbt printed an error shows. */
const OUTPUT_KEPT_CHARACTERS = 4_000;

export interface DbtRequest {
  /** Folder of an assembled project. */
  readonly folder: string;
  /** Names the content of the project; the parsed project is used again while it stays the same. */
  readonly digest: string;
  readonly arguments: readonly string[];
}

export interface DbtNodeResult {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly duration_ms: number;
  readonly rows_affected: number | null;
  /** BigQuery: bytes that the job which built the node read, and of them those that are charged. */
  readonly bytes_processed: number | null;
  readonly bytes_billed: number | null;
  readonly failures: number | null;
  readonly message: string | null;
}

export interface DbtAnswer {
  readonly success: boolean;
  readonly exception: string | null;
  readonly results: readonly DbtNodeResult[];
  readonly duration_ms: number;
}

export interface DbtWorker {
  /** DBT_WORKER where the process died or did not answer in time; a failing build is an answer, not an error. */
  run(request: DbtRequest): Promise<DbtAnswer>;
  /** Rows of a reading statement on a warehouse that nobody writes. DBT_WORKER where it cannot be read. */
  read(database: string, sql: string): Promise<readonly (readonly unknown[])[]>;
  /** The same on BigQuery, within its limit of bytes and with its labels; also a statement that makes a table. */
  readBigquery(warehouse: BigqueryWarehouse, sql: string): Promise<readonly (readonly unknown[])[]>;
  /** Ends the process. Idempotent. */
  close(): Promise<void>;
}

export interface DbtWorkerOptions {
  readonly python?: string;
  readonly timeoutMs?: number;
}

export function createDbtWorker(options: DbtWorkerOptions = {}): DbtWorker {
  return new DbtProcess(options.python ?? DBT_PYTHON, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
}

interface Running {
  readonly child: ChildProcess;
  readonly answers: Interface;
  /** Settles the request that is under way. */
  settle: ((line: string | Error) => void) | null;
}

class DbtProcess implements DbtWorker {
  private readonly python: string;
  private readonly timeoutMs: number;
  private running: Running | null = null;
  /** The end of what the process that was started last printed. */
  private printed = '';
  private requests = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(python: string, timeoutMs: number) {
    this.python = python;
    this.timeoutMs = timeoutMs;
  }

  async run(request: DbtRequest): Promise<DbtAnswer> {
    const answer = await this.queue({ ...request });
    return { ...answer, results: answer.results as readonly DbtNodeResult[] };
  }

  async read(database: string, sql: string): Promise<readonly (readonly unknown[])[]> {
    return await this.rows({ database, sql });
  }

  async readBigquery(bigquery: BigqueryWarehouse, sql: string): Promise<readonly (readonly unknown[])[]> {
    return await this.rows({ bigquery, sql });
  }

  private async rows(request: Readonly<Record<string, unknown>>): Promise<readonly (readonly unknown[])[]> {
    const answer = await this.queue(request);
    if (answer.success) return answer.results as readonly (readonly unknown[])[];
    throw new MarketsError('DBT_WORKER', 'The warehouse could not be read.', { found: answer.exception ?? 'no reason' });
  }

  private queue(request: Readonly<Record<string, unknown>>): Promise<WorkerAnswer> {
    const answer = this.last.then(() => this.ask(request));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.last;
    await this.kill();
  }

  private async ask(request: Readonly<Record<string, unknown>>): Promise<WorkerAnswer> {
    this.requests += 1;
    const id = this.requests;
    try {
      const running = this.running ?? (await this.start());
      const answering = this.nextLine(running, this.timeoutMs);
      running.child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
      return readAnswer(await answering, id);
    } catch (error) {
      const printed = this.printed.trim();
      await this.kill();
      throw new MarketsError('DBT_WORKER', 'The dbt process died or did not answer.', {
        cause: error,
        expected: `an answer within ${String(Math.round(this.timeoutMs / 1000))} s`,
        found: error instanceof Error ? error.message : String(error),
        next: printed === '' ? 'run again; see `make dbt-build` for the plain command' : `look at what dbt printed last: ${printed}`,
      });
    }
  }

  private async start(): Promise<Running> {
    const child = spawn(this.python, [WORKER], { stdio: ['pipe', 'pipe', 'pipe'], env: workerEnvironment() });
    const running: Running = { child, answers: createInterface({ input: child.stdout }), settle: null };
    this.running = running;
    this.printed = '';
    running.answers.on('line', (line) => running.settle?.(line));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.printed = (this.printed + text).slice(-OUTPUT_KEPT_CHARACTERS);
    });
    const ended = (reason: string): void => {
      if (this.running === running) this.running = null;
      running.settle?.(new Error(reason));
    };
    child.on('error', (error) => {
      ended(error.message);
    });
    // Not 'exit': what it printed last is read by then.
    child.on('close', (code, signal) => {
      ended(`it ended with ${signal ?? String(code)}`);
    });
    // A pipe that breaks is reported by the exit that broke it.
    child.stdin.on('error', () => undefined);
    readAnswer(await this.nextLine(running, START_TIMEOUT_MS), 0);
    return running;
  }

  private nextLine(running: Running, timeoutMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => running.settle?.(new Error(`no answer after ${String(timeoutMs)} ms`)), timeoutMs);
      running.settle = (line) => {
        clearTimeout(timer);
        running.settle = null;
        if (typeof line === 'string') resolve(line);
        else reject(line);
      };
    });
  }

  private async kill(): Promise<void> {
    const running = this.running;
    this.running = null;
    if (running === null || running.child.exitCode !== null || running.child.signalCode !== null) return;
    const gone = new Promise((resolve) => running.child.once('exit', resolve));
    running.child.kill('SIGKILL');
    await gone;
    running.answers.close();
  }
}

/** Of this process's variables only those by which Google's libraries find credentials and the way out. */
const PASSED_ON = [
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLOUD_PROJECT',
  'GCE_METADATA_HOST',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
];

function workerEnvironment(): NodeJS.ProcessEnv {
  const passedOn: Record<string, string | undefined> = {};
  for (const name of PASSED_ON) passedOn[name] = process.env[name];
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: homedir(),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ...passedOn,
  };
}

interface WorkerAnswer extends Omit<DbtAnswer, 'results'> {
  readonly results: readonly unknown[];
}

function readAnswer(line: string, id: number): WorkerAnswer {
  const answer = JSON.parse(line) as WorkerAnswer & { readonly id: number };
  if (answer.id !== id) {
    throw new Error(`an answer to request ${String(answer.id)} instead of ${String(id)}`);
  }
  return { success: answer.success, exception: answer.exception, results: answer.results, duration_ms: answer.duration_ms };
}
