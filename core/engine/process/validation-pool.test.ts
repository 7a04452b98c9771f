import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MarketsError } from '../../errors/markets-error.ts';
import { plainColumn, plainSpec } from '../test-support/plain-spec.ts';
import { crashReport } from './crash-report.ts';
import { createValidationPool, type ValidationPool, type ValidationPoolOptions, type ValidationRequest } from './validation-pool.ts';

const SPEC = plainSpec({
  columns: [plainColumn('id', { kind: 'INT64' }, 'csv', { nullable: false }), plainColumn('name', { kind: 'STRING' }, 'csv')],
});
const GOOD = 'id,name\n1,a\n2,b\n';

let folder: string;
let pool: ValidationPool | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'));
});
afterEach(() => {
  pool?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<ValidationPoolOptions> = {}): ValidationPool {
  pool = createValidationPool({ size: 1, scratchFolder: join(folder, 'scratch'), ...options });
  return pool;
}

function request(content: string | Readable, more: Partial<ValidationRequest> = {}): ValidationRequest {
  const stream = typeof content === 'string' ? Readable.from([Buffer.from(content)]) : content;
  return {
    spec: SPEC,
    file: 'plain/a.csv',
    load_id: 'f'.repeat(32),
    version: 1,
    now: '2023-01-30T06:00:00.000000Z',
    input: { stream },
    ...more,
  };
}

/** A file that takes the process a while. */
function bigFile(megabytes: number): string {
  const line = `1,${'x'.repeat(97)}\n`;
  return `id,name\n${line.repeat(megabytes * 10_000)}`;
}

async function reasonOf(job: Promise<unknown>): Promise<unknown> {
  const error: unknown = await job.then(
    () => 'it ended well',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MarketsError)) throw new TypeError(String(error));
  expect(error.code).toBe('ENGINE_CHILD');
  return error.details['reason'];
}

/** Gives the only process of the pool a job and stops it before it can do any of it; the answer is its id. */
async function stopWith(running: ValidationPool, job: ValidationRequest): Promise<{ pid: number; job: Promise<unknown> }> {
  await running.validate(request(GOOD));
  const [pid] = running.pids();
  if (pid === undefined) throw new Error('no process is there');
  process.kill(pid, 'SIGSTOP');
  const promise = running.validate(job);
  promise.catch(() => undefined);
  await sleep(200);
  return { pid, job: promise };
}

/** A process may have ended by itself between being listed and being killed. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

describe('a pool of validation processes', () => {
  it('finishes what it has begun when a terminal or a service manager signals every process of the program', async () => {
    const running = open();
    const { pid, job } = await stopWith(running, request(bigFile(1)));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGCONT'] as const) process.kill(pid, signal);
    expect(await job).toMatchObject({ report: { status: 'accepted', records_in: 10_000 } });
    expect(running.pids()).toEqual([pid]);
  });

  it('validates a stream and gives report, rows and quarantine in a folder of the caller', async () => {
    const { report, outputFolder, release } = await open().validate(request(`${GOOD}x,c\n`));
    expect(report).toMatchObject({ status: 'quarantined', records_in: 3, staged: 2, quarantined: 1 });
    expect(readdirSync(outputFolder).toSorted()).toEqual(['quarantine.jsonl', 'report.json', 'valid.parquet']);
    expect(JSON.parse(readFileSync(join(outputFolder, 'report.json'), 'utf8'))).toEqual(report);
    release();
    release();
    expect(existsSync(outputFolder)).toBe(false);
  });

  it('uses a process again, and leaves nothing of one file for the next', async () => {
    const running = open();
    const path = join(folder, 'a.csv');
    writeFileSync(path, GOOD);
    const first = await running.validate(request('', { input: { path } }));
    const pids = running.pids();
    const second = await running.validate(request('', { input: { path } }));
    expect(running.pids()).toEqual(pids);
    for (const name of ['in', 'out']) expect(readdirSync(join(folder, 'scratch', 'child-0', name))).toEqual([]);
    const parquet = (result: typeof first): Buffer => readFileSync(join(result.outputFolder, 'valid.parquet'));
    expect(parquet(second).equals(parquet(first))).toBe(true);
  });

  it('validates as many files at once as it has processes', async () => {
    const running = open({ size: 2 });
    const results = await Promise.all(Array.from({ length: 7 }, () => running.validate(request(GOOD))));
    expect(results.map(({ report }) => report.staged)).toEqual(Array.from({ length: 7 }, () => 2));
    expect(new Set(results.map(({ outputFolder }) => outputFolder)).size).toBe(7);
    expect(running.pids()).toHaveLength(2);
  });

  it('fails only the file whose process was killed, and replaces the process', async () => {
    const running = open({ size: 1 });
    const { pid, job } = await stopWith(running, request(GOOD));
    const next = running.validate(request(GOOD));
    process.kill(pid, 'SIGKILL');
    expect(await reasonOf(job)).toBe('crashed');
    expect((await next).report.status).toBe('accepted');
    expect(running.pids()).not.toContain(pid);
  });

  it('loses no file to a process that died before it had one', async () => {
    const running = open();
    running.warm(0);
    for (const pid of running.pids()) killIfThere(pid);
    await sleep(100);
    expect((await running.validate(request(GOOD))).report.status).toBe('accepted');
  });

  it.runIf(existsSync('/proc/self/task'))('begins with threads where the first file will be large, and else with none', async () => {
    const threadsFor = async (fileBytes: number): Promise<number> => {
      const running = createValidationPool({
        size: 1,
        scratchFolder: join(folder, 'counted'),
        engineLimits: { workers: 2, minWorkerBytes: 1000 },
      });
      try {
        running.warm(fileBytes);
        await running.validate(request(GOOD));
        return running.pids().flatMap((pid) => readdirSync(`/proc/${pid}/task`)).length;
      } finally {
        running.close();
      }
    };
    const few = await threadsFor(999);
    expect(await threadsFor(1000)).toBeGreaterThanOrEqual(few + 2);
  });

  it('says crashed where no process lives until it is ready, and recovers once one does', async () => {
    const running = open();
    const hunter = setInterval(() => {
      for (const pid of running.pids()) killIfThere(pid);
    }, 2);
    try {
      expect(await reasonOf(running.validate(request(GOOD)))).toBe('crashed');
    } finally {
      clearInterval(hunter);
    }
    expect((await running.validate(request(GOOD))).report.status).toBe('accepted');
  });

  it('kills a process that takes more memory than it may', async () => {
    const running = open({ limits: { maxResidentBytes: 20 * 1024 * 1024 } });
    expect(await reasonOf(running.validate(request(bigFile(30))))).toBe('memory');
  });

  it('kills a process that takes longer than it may', async () => {
    const running = open({ limits: { maxDurationMs: 2000 } });
    const { job } = await stopWith(running, request(GOOD));
    expect(await reasonOf(job)).toBe('time');
    expect(running.pids()).toEqual([]);
  });

  it('says closed for what still runs or waits when it is closed', async () => {
    const running = open();
    const first = running.validate(request(bigFile(30)));
    const second = running.validate(request(GOOD));
    const failed = Promise.allSettled([first, second]);
    await sleep(50);
    running.close();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('starts no process and leaves no folder behind when it is closed while its process starts', async () => {
    const running = open();
    const job = running.validate(request(GOOD));
    await sleep(5);
    running.close();
    expect(await reasonOf(job)).toBe('closed');
    expect(running.pids()).toEqual([]);
    expect(existsSync(join(folder, 'scratch'))).toBe(false);
  });

  it('fails the file when its bytes cannot be had, and goes on', async () => {
    const running = open();
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('id');
        throw new Error('the store is gone');
      })(),
    );
    await expect(running.validate(request(broken))).rejects.toThrow('the store is gone');
    expect((await running.validate(request(GOOD))).report.status).toBe('accepted');
  });

  it('gives a report for a file whose process died', async () => {
    const running = open();
    const asked = request(GOOD);
    const { pid, job } = await stopWith(running, asked);
    process.kill(pid, 'SIGKILL');
    const error: unknown = await job.catch((thrown: unknown) => thrown);
    if (!(error instanceof MarketsError)) throw new TypeError('it ended well');
    const delivered = { sha256: 'a'.repeat(64), bytes: 12, engine_version: '1', duration_ms: 5 };
    expect(crashReport(asked, delivered, error)).toMatchObject({
      status: 'failed',
      records_in: 0,
      findings_by_code: { FILE_UNREADABLE: 1 },
      file_findings: [{ found: 'signal SIGKILL' }],
    });
  });
});
