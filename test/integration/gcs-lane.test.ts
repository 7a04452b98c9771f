/**
 * The lane on buckets, by the command line, each run in a process of its own: the objects of a run on a folder, one run at a time, and a lease that
 * is taken over.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { land } from '../../cli/demo/land.ts';
import { demoWeek } from '../../cli/demo/week.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME, markets, marketsJson, type CommandLineResult } from '../support/command-line.ts';
import { digestsOf, landOn, openGcsRoot, type GcsRoot } from '../support/gcs-root.ts';
import { digestsBelow } from '../support/root-files.ts';

const WEEK = demoWeek().cycles;
const MONDAY = WEEK.filter(({ now }) => now < '2023-01-31');
const NOW = '2023-01-30T22:30:00Z';
/** What differs between two runs: who held the lease when, random ids of events, what they are folded to. */
const OWN = ['control/lease', 'control/events', 'control/checkpoints', 'metrics'];
const PATIENCE_MS = 60_000;
/** Three heartbeats and a bit, by the store's clock: no test waits for them. */
const TAKE_OVER_MS = 31_000;

/** A report tells how long it took, a manifest which attempt wrote it: of a run that was killed, they stand beside those of the next one. */
function comparable(digests: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(digests).map(([name, digest]) =>
      /(report|_manifest)\.json$/.test(name) ? [name.replace(/epoch-\d+\//, ''), 'there'] : [name, digest],
    ),
  );
}

serverOrSkip(FAKE_GCS_SERVER, 'the lane on Google Cloud Storage', () => {
  let server: FakeGcsServer;
  let folder = '';
  let undisturbed: Readonly<Record<string, string>> = {};
  const roots: GcsRoot[] = [];
  const children: ChildProcess[] = [];

  async function openRoot(): Promise<GcsRoot> {
    const root = await openGcsRoot(server);
    roots.push(root);
    return root;
  }
  async function mondayRoot(): Promise<GcsRoot> {
    const root = await openRoot();
    for (const cycle of MONDAY) await landOn(root.store, cycle);
    return root;
  }
  const runWords = (root: GcsRoot): readonly string[] => [...root.words, '--attention-ok', 'run', '--skip-dbt', '--now', NOW];
  const left = async (root: GcsRoot): Promise<Readonly<Record<string, string>>> => comparable(await digestsOf(root.store, OWN));

  /** Runs until it ends by itself; a lease that a dead run still holds is waited for. */
  async function runToTheEnd(root: GcsRoot): Promise<void> {
    const untilMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const { exitCode, stdout, stderr } = await markets(runWords(root));
      if (exitCode === 0) return;
      if (!stderr.includes('LEASE_HELD') || Date.now() > untilMs)
        throw new Error(`the run ended with ${String(exitCode)}: ${stdout}${stderr}`);
      await wait(500);
    }
  }

  function start(root: GcsRoot): { readonly child: ChildProcess; readonly ended: Promise<CommandLineResult> } {
    const child = spawn(join(HOME, 'bin', 'markets'), runWords(root), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    children.push(child);
    const [stdout, stderr] = [[] as Buffer[], [] as Buffer[]];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const ended = new Promise<CommandLineResult>((resolve) => {
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
      });
    });
    return { child, ended };
  }

  function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, signal);
  }

  /** Resolves when a run has begun to read the n-th file of landing. */
  async function untilReading(root: GcsRoot, files: number): Promise<void> {
    const untilMs = Date.now() + PATIENCE_MS;
    const readings = (): number =>
      root.front.calls().filter(({ operation, bucket }) => operation === 'media' && bucket.endsWith('-landing')).length;
    while (readings() < files) {
      if (Date.now() > untilMs) throw new Error('the run reads no file');
      await wait(20);
    }
  }

  beforeAll(async () => {
    server = await startFakeGcsServer();
    folder = await mkdtemp(join(tmpdir(), 'markets-gcs-lane-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) signalGroup(child, 'SIGKILL');
    for (const root of roots.splice(0)) await root.stop();
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('two days of a bank leave the objects that they leave on a folder, and every command tells the same of them', async () => {
    const root = await openRoot();
    const cycles = WEEK.filter(({ now }) => now < '2023-02-01');
    for (const cycle of cycles) {
      await land(folder, cycle);
      await landOn(root.store, cycle);
      const options = ['run', '--skip-dbt', '--now', cycle.now];
      const [onFolder, inBuckets] = await Promise.all([
        marketsJson(['--root', folder, ...options]),
        marketsJson([...root.words, ...options]),
      ]);
      expect(inBuckets.exitCode).toBe(onFolder.exitCode);
      expect(filesOf(inBuckets.data)).toEqual(filesOf(onFolder.data));
    }
    expect(await left(root)).toEqual(comparable(await digestsBelow(folder, [...OWN, 'warehouse'])));
    const [refusedOnFolder, refused] = await Promise.all([
      marketsJson(['--root', folder, 'quarantine', 'list']),
      marketsJson([...root.words, 'quarantine', 'list']),
    ]);
    expect(loadsOf(refused.data)).toEqual(loadsOf(refusedOnFolder.data));
    expect(loadsOf(refused.data).length).toBeGreaterThan(2);
    const audit = await markets([...root.words, 'audit', 'verify']);
    expect(audit.stdout).toContain('everything holds');
    expect(audit.exitCode).toBe(0);
  });

  test('of two runs at the same time one works and the other says that the lease is held', async () => {
    const root = await mondayRoot();
    root.front.inject({ kind: 'delay', delayMs: 4_000 }, ({ operation, bucket }) => operation === 'media' && bucket.endsWith('-landing'));
    const results = await Promise.all([markets(runWords(root)), markets(runWords(root))]);
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 2]);
    expect(results.find(({ exitCode }) => exitCode === 2)?.stderr).toContain('LEASE_HELD');
    undisturbed = await left(root);
    expect(Object.keys(undisturbed).filter((name) => name.startsWith('archive/')).length).toBeGreaterThan(5);
  });

  test.each([1, 4, 7])(
    'a run that is killed while it reads file %i is finished by the next one, after three missed heartbeats and not before',
    async (files) => {
      const root = await mondayRoot();
      const { child, ended } = start(root);
      await untilReading(root, files);
      signalGroup(child, 'SIGKILL');
      await ended;
      const refused = await markets(runWords(root));
      expect(refused.stderr).toContain('LEASE_HELD');
      root.front.setSkewMs(TAKE_OVER_MS);
      await runToTheEnd(root);
      expect(await left(root)).toEqual(undisturbed);
      expect((await markets([...root.words, 'audit', 'verify'])).exitCode).toBe(0);
    },
  );

  test('a run that stood still while another took over ends with LEASE_LOST and changes nothing that anybody reads', async () => {
    const root = await mondayRoot();
    const { child, ended } = start(root);
    await untilReading(root, 3);
    signalGroup(child, 'SIGSTOP');
    root.front.setSkewMs(TAKE_OVER_MS);
    await runToTheEnd(root);
    const before = await left(root);
    const head = (await marketsJson([...root.words, 'audit', 'verify'])).data;
    signalGroup(child, 'SIGCONT');
    const late = await ended;
    expect(late.exitCode).toBe(2);
    expect(late.stderr).toContain('LEASE_LOST');
    expect(before).toEqual(undisturbed);
    const after = await left(root);
    // It may leave objects that no event names; those that were there are as they were.
    expect(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))).toEqual(before);
    const afterwards = await marketsJson([...root.words, 'audit', 'verify']);
    expect(afterwards.exitCode).toBe(0);
    expect(headOf(afterwards.data)).toEqual(headOf(head));
  });
});

/** Files and their outcomes, which the run's id and the moments are no part of. */
function filesOf(data: unknown): unknown {
  return (data as { readonly files: unknown }).files;
}

/** In an order of their own: two files are judged at once. */
function loadsOf(data: unknown): readonly unknown[] {
  const { loads } = data as { readonly loads: readonly { readonly load_id: string }[] };
  return [...loads].sort((left, right) => (left.load_id < right.load_id ? -1 : 1));
}

function headOf(data: unknown): unknown {
  return (data as { readonly head: unknown }).head;
}
