/**
 * A run that is killed without warning at any moment: the next run finishes what it began, and in the end the root holds what an
 * undisturbed run leaves: the same loads, rows and refused records, nothing lost and nothing doubled.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { land } from '../../cli/demo/land.ts';
import { demoWeek } from '../../cli/demo/week.ts';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import { SeededRandom } from '../../core/engine/test-support/oracle/seeded-random.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { HOME, markets } from '../support/command-line.ts';
import { withSettings, writeConfig } from '../support/config-settings.ts';
import { digestsBelow } from '../support/root-files.ts';

const NOW = '2023-01-30T22:30:00Z';
const KILLS = 8;
const HEARTBEAT_SECONDS = 3;
/** A killed run's lease is taken over after three missed heartbeats; longer than this means that it never is. */
const TAKE_OVER_MS = 120_000;
/** What differs between two undisturbed runs too: events, leases, the state folded from them, and the database files themselves. */
const OWN = ['control/lease', 'control/events', 'control/checkpoints', 'metrics', 'warehouse'];

/**
 * Every object that a run leaves, by its bytes; a report tells how long it took, a manifest which attempt wrote it. What a killed run had begun to
 * write stays as a file that nobody sees, or makes the next one write beside it.
 */
async function left(root: string): Promise<Readonly<Record<string, string>>> {
  const digests = Object.entries(await digestsBelow(root, OWN)).filter(([name]) => !/\.store-[0-9a-f]+\.tmp$/.test(name));
  return Object.fromEntries(
    digests.map(([name, digest]) => [name.replace(/epoch-\d+\//, ''), /(report|_manifest)\.json$/.test(name) ? 'there' : digest]),
  );
}

let folder = '';
let config = '';
let undisturbed = '';

async function landMonday(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const cycle of demoWeek().cycles.filter(({ now }) => now < '2023-01-31')) await land(root, cycle);
}

/** Runs until it ends by itself; a lease that a killed run still holds is waited for. */
async function runToTheEnd(root: string): Promise<void> {
  const untilMs = Date.now() + TAKE_OVER_MS;
  for (;;) {
    const { exitCode, stdout, stderr } = await markets(['--root', root, '--config', config, '--attention-ok', 'run', '--now', NOW]);
    if (exitCode === 0) return;
    if (!stderr.includes('LEASE_HELD') || Date.now() > untilMs)
      throw new Error(`the run ended with ${String(exitCode)}: ${stdout}${stderr}`);
    await wait(1_000);
  }
}

async function runAndKill(root: string, afterMs: number): Promise<void> {
  const words = ['--root', root, '--config', config, 'run', '--now', NOW];
  const child = spawn(join(HOME, 'bin', 'markets'), words, { stdio: 'ignore', detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await Promise.race([wait(afterMs), ended]);
  // The whole group: what it started dies with it, as on a machine that loses power.
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-run-'));
  undisturbed = join(folder, 'undisturbed');
  config = join(folder, 'config');
  writeConfig(config, (yaml) => withSettings(yaml, { 'lane.heartbeat_seconds': HEARTBEAT_SECONDS }));
  await landMonday(undisturbed);
  await runToTheEnd(undisturbed);
}, 300_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a run that is killed', () => {
  const random = new SeededRandom(20230130);
  const moments = Array.from({ length: KILLS }, () => [random.integer(300, 9_000), random.integer(300, 9_000)] as const);
  it.each(moments)('after %i ms, and again after %i ms, is finished by the next one', async (first, second) => {
    const root = join(folder, `killed-${String(first)}`);
    await landMonday(root);
    await runAndKill(root, first);
    await runAndKill(root, second);
    await runToTheEnd(root);
    expect(await left(root)).toEqual(await left(undisturbed));
    const shown = join(folder, 'shown.duckdb');
    await cp(snapshotPath(root), shown);
    expect(await compareWarehouses(shown, snapshotPath(undisturbed))).toEqual([]);
    const { exitCode, stdout, stderr } = await markets(['--root', root, 'audit', 'verify']);
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
    await rm(root, { recursive: true, force: true });
  });
});
