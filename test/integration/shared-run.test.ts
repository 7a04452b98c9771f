/**
 * Four processes share one root: every file is judged exactly once, and what is left is what one process alone leaves; also when two of
 * them are killed in the middle, one of those that joined and then the run itself.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { readEventLog } from '../../core/events/event-log.ts';
import { HOME, markets } from '../support/command-line.ts';
import { digestsBelow } from '../support/root-files.ts';

const NOW = '2023-01-30T22:30:00Z';
const FILES = 80;
const ROWS = 400;
const OWN = ['control/lease', 'control/events', 'control/checkpoints', 'control/claims', 'metrics'];
const RUN_TO_THE_END_MS = 120_000;

const SPEC = `
name: shared_trades
version: 1
enabled: true
description: Trades of many small files.
owner: integration@example.com
domain: trading
source:
  type: file
  path_pattern: "shared/trades_{business_date:%Y%m%d}_*.csv"
  format: csv
schema:
  - {name: trade_id, type: STRING, nullable: false}
  - {name: executed_at, type: TIMESTAMP}
  - {name: direction, type: STRING, allowed_values: [BUY, SELL]}
  - {name: amount, type: NUMERIC, min_value: 0}
  - {name: rate, type: NUMERIC}
  - {name: symbol, type: STRING}
processing:
  identity: {domain: markets, source_system: SHARED, source_id_field: trade_id}
canonical:
  entity: trades
  map: {trade_time: executed_at, side: direction, quantity: amount, price: rate, instrument_id: symbol}
`;

let folder = '';
let specs = '';
let alone: Readonly<Record<string, string>> = {};

/** Each file has its own trades, the last one a bad row; every tenth is equal to the one before. */
async function landFiles(root: string): Promise<void> {
  await mkdir(join(root, 'landing', 'shared'), { recursive: true });
  for (let file = 0; file < FILES; file++) {
    const content = file % 10 === 9 ? file - 1 : file;
    const rows = Array.from({ length: ROWS + (content % 5) }, (_, row) => {
      const side = row === 7 ? 'HOLD' : row % 2 === 0 ? 'BUY' : 'SELL';
      return `T${String(content)}-${String(row)},2023-01-30T09:00:00Z,${side},${String(row + 1)},1.5,EURUSD`;
    });
    const text = `trade_id,executed_at,direction,amount,rate,symbol\n${rows.join('\n')}\n`;
    await writeFile(join(root, 'landing', 'shared', `trades_20230130_${String(file).padStart(3, '0')}.csv`), text);
  }
}

/**
 * Every object that is left, by its bytes; a report tells how long it took, a manifest which attempt wrote it. What a process that was killed
 * had begun to write stays as a file that nobody sees, or makes who finishes its work write beside it.
 */
async function left(root: string): Promise<Readonly<Record<string, string>>> {
  const digests = Object.entries(await digestsBelow(root, OWN)).filter(([name]) => !/\.store-[0-9a-f]+\.tmp$/.test(name));
  return Object.fromEntries(
    digests.map(([name, digest]) => [name.replace(/epoch-\d+\//, ''), /(report|_manifest)\.json$/.test(name) ? 'there' : digest]),
  );
}

function words(root: string, task: number): readonly string[] {
  const share = ['--task', String(task), '--tasks', '4'];
  return ['--root', root, '--specs', specs, '--attention-ok', 'run', '--skip-dbt', '--now', NOW, ...share];
}

function start(root: string, task: number): ChildProcess {
  return spawn(join(HOME, 'bin', 'markets'), words(root, task), { stdio: 'ignore', detached: true });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return await new Promise((resolve) => child.on('close', resolve));
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

/** How many files were judged so far, by which processes. */
async function judged(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const byFile = new Map<string, string[]>();
  for (const event of (await readEventLog(createFolderObjectStore(root))).runs.flatMap(({ events }) => events)) {
    if (event.type !== 'file_validated') continue;
    byFile.set(event.data.object, [...(byFile.get(event.data.object) ?? []), event.writer]);
  }
  return byFile;
}

async function untilJudged(root: string, files: number): Promise<void> {
  const untilMs = Date.now() + RUN_TO_THE_END_MS;
  while (Date.now() < untilMs) {
    // The log of a run that is at work may be read between two of its writes.
    const count = await judged(root).then(
      (byFile) => byFile.size,
      () => 0,
    );
    if (count >= files) return;
    await wait(50);
  }
  throw new Error(`fewer than ${String(files)} files were judged in time`);
}

async function runAlone(root: string): Promise<void> {
  const untilMs = Date.now() + RUN_TO_THE_END_MS;
  for (;;) {
    const { exitCode, stdout, stderr } = await markets([
      '--root',
      root,
      '--specs',
      specs,
      '--attention-ok',
      'run',
      '--skip-dbt',
      '--now',
      NOW,
    ]);
    if (exitCode === 0) return;
    if (!stderr.includes('LEASE_HELD') || Date.now() > untilMs)
      throw new Error(`the run ended with ${String(exitCode)}: ${stdout}${stderr}`);
    await wait(1_000);
  }
}

async function verified(root: string): Promise<void> {
  const { exitCode, stdout, stderr } = await markets(['--root', root, 'audit', 'verify']);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shared-run-'));
  specs = join(folder, 'specs');
  await mkdir(join(specs, 'trading'), { recursive: true });
  await writeFile(join(specs, 'trading', 'shared_trades.yaml'), SPEC.trimStart());
  const root = join(folder, 'alone');
  await landFiles(root);
  await runAlone(root);
  alone = await left(root);
}, 300_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('shares the files of one run among four processes', async () => {
  const root = join(folder, 'shared');
  await landFiles(root);
  const children = [0, 1, 2, 3].map((task) => start(root, task));
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0, 0]);
  expect(await left(root)).toEqual(alone);
  const byFile = await judged(root);
  expect([...byFile.values()].every((writers) => writers.length === 1)).toBe(true);
  expect(new Set([...byFile.values()].flat()).size).toBeGreaterThan(1);
  await verified(root);
});

it('loses and doubles nothing when a task is killed', async () => {
  const root = join(folder, 'task-killed');
  await landFiles(root);
  const children = [0, 1, 2, 3].map((task) => start(root, task));
  await untilJudged(root, 5);
  for (const child of children.slice(1, 3)) kill(child);
  expect(await ended(children[0] as ChildProcess)).toBe(0);
  await Promise.all(children.map(ended));
  expect(await left(root)).toEqual(alone);
  await verified(root);
});

it('loses and doubles nothing when the run is killed', async () => {
  const root = join(folder, 'run-killed');
  await landFiles(root);
  const children = [0, 1, 2, 3].map((task) => start(root, task));
  await untilJudged(root, 5);
  kill(children[0] as ChildProcess);
  await Promise.all(children.map(ended));
  await runAlone(root);
  expect(await left(root)).toEqual(alone);
  await verified(root);
});
