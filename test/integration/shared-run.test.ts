/**
 * Four processes share one root, a folder or buckets: every file is judged exactly once, and what is left is what one process alone leaves; also
 * when some are killed in the middle, those that joined or the run itself.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderObjectStore } from '../../core/adapters/folder-object-store/folder-object-store.ts';
import { readEventLog } from '../../core/events/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { FAKE_GCS_SERVER, startFakeGcsServer, type FakeGcsServer } from '../servers/fake-gcs-server.ts';
import { serverOrSkip } from '../servers/server-tool.ts';
import { HOME, markets } from '../support/command-line.ts';
import { digestsOf, openGcsRoot } from '../support/gcs-root.ts';

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

/** Where the processes meet. */
interface Root {
  /** Global options of every process. */
  readonly words: readonly string[];
  readonly store: ObjectStore;
  stop(): Promise<void>;
}

let folder = '';
let specs = '';
let alone: Readonly<Record<string, string>> = {};

async function folderRoot(name: string): Promise<Root> {
  const path = join(folder, name);
  await mkdir(path);
  return { words: ['--root', path], store: createFolderObjectStore(path), stop: async () => await rm(path, { recursive: true }) };
}

/** Each file has its own trades, one of them bad; every tenth file is equal to the one before. */
async function landFiles({ store }: Root): Promise<void> {
  for (let file = 0; file < FILES; file++) {
    const content = file % 10 === 9 ? file - 1 : file;
    const rows = Array.from({ length: ROWS + (content % 5) }, (_, row) => {
      const side = row === 7 ? 'HOLD' : row % 2 === 0 ? 'BUY' : 'SELL';
      return `T${String(content)}-${String(row)},2023-01-30T09:00:00Z,${side},${String(row + 1)},1.5,EURUSD`;
    });
    const text = `trade_id,executed_at,direction,amount,rate,symbol\n${rows.join('\n')}\n`;
    const name = `landing/shared/trades_20230130_${String(file).padStart(3, '0')}.csv`;
    await store.write(name, Buffer.from(text), { ifAbsent: true });
  }
}

/**
 * Every object that is left, by its bytes; a report tells how long it took, a manifest which attempt wrote it. What a process that was killed
 * had begun to write makes who finishes its work write beside it.
 */
async function left({ store }: Root): Promise<Readonly<Record<string, string>>> {
  const digests = Object.entries(await digestsOf(store, OWN));
  return Object.fromEntries(
    digests.map(([name, digest]) => [name.replace(/epoch-\d+\//, ''), /(report|_manifest)\.json$/.test(name) ? 'there' : digest]),
  );
}

function runWords(root: Root): readonly string[] {
  return [...root.words, '--specs', specs, '--attention-ok', 'run', '--skip-dbt', '--now', NOW];
}

function start(root: Root, task: number): ChildProcess {
  const words = [...runWords(root), '--task', String(task), '--tasks', '4'];
  return spawn(join(HOME, 'bin', 'markets'), words, { stdio: 'ignore', detached: true });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return await new Promise((resolve) => child.on('close', resolve));
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

/** Each file that was judged so far, with the processes that did it. */
async function judged({ store }: Root): Promise<ReadonlyMap<string, readonly string[]>> {
  const byFile = new Map<string, string[]>();
  for (const event of (await readEventLog(store)).runs.flatMap(({ events }) => events)) {
    if (event.type !== 'file_validated') continue;
    byFile.set(event.data.object, [...(byFile.get(event.data.object) ?? []), event.writer]);
  }
  return byFile;
}

async function untilJudged(root: Root, files: number): Promise<void> {
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

async function runAlone(root: Root): Promise<void> {
  const untilMs = Date.now() + RUN_TO_THE_END_MS;
  for (;;) {
    const { exitCode, stdout, stderr } = await markets(runWords(root));
    if (exitCode === 0) return;
    if (!stderr.includes('LEASE_HELD') || Date.now() > untilMs)
      throw new Error(`the run ended with ${String(exitCode)}: ${stdout}${stderr}`);
    await wait(1_000);
  }
}

async function verified(root: Root): Promise<void> {
  const { exitCode, stdout, stderr } = await markets([...root.words, 'audit', 'verify']);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
}

/** What the processes leave is what one alone leaves. */
async function runShared(root: Root, meanwhile: (children: readonly ChildProcess[]) => Promise<void>): Promise<readonly (number | null)[]> {
  await landFiles(root);
  const children = [0, 1, 2, 3].map((task) => start(root, task));
  try {
    await meanwhile(children);
    return await Promise.all(children.map(ended));
  } finally {
    for (const child of children) kill(child);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shared-run-'));
  specs = join(folder, 'specs');
  await mkdir(join(specs, 'trading'), { recursive: true });
  await writeFile(join(specs, 'trading', 'shared_trades.yaml'), SPEC.trimStart());
  const root = await folderRoot('alone');
  await landFiles(root);
  await runAlone(root);
  alone = await left(root);
}, 300_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('four processes on one folder', () => {
  it('judge every file once', async () => {
    const root = await folderRoot('shared');
    expect(await runShared(root, async () => await Promise.resolve())).toEqual([0, 0, 0, 0]);
    expect(await left(root)).toEqual(alone);
    const byFile = await judged(root);
    expect([...byFile.values()].every((writers) => writers.length === 1)).toBe(true);
    expect(new Set([...byFile.values()].flat()).size).toBeGreaterThan(1);
    await verified(root);
  });

  it('lose and double nothing when the run is killed', async () => {
    const root = await folderRoot('run-killed');
    await runShared(root, async ([run]) => {
      await untilJudged(root, 5);
      if (run !== undefined) kill(run);
    });
    await runAlone(root);
    expect(await left(root)).toEqual(alone);
    await verified(root);
  });
});

serverOrSkip(FAKE_GCS_SERVER, 'four processes on one root in buckets', () => {
  let server: FakeGcsServer;
  beforeAll(async () => {
    server = await startFakeGcsServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  it('judge every file once, and lose and double nothing when two of them are killed', async () => {
    const root = await openGcsRoot(server);
    const codes = await runShared(root, async (children) => {
      await untilJudged(root, 5);
      for (const child of children.slice(1, 3)) kill(child);
    });
    expect(codes[0]).toBe(0);
    expect(await left(root)).toEqual(alone);
    await verified(root);
    await root.stop();
  });
});
