/**
 * What docs/disaster-recovery.md says: with archive/ and control/ alone (quarantine/ stays under its retention) the business tables come back as they
 * were, by the commands that it names.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { land } from '../../cli/demo/land.ts';
import { demoWeek } from '../../cli/demo/week.ts';
import { compareWarehouses } from '../../core/adapters/duckdb/compare-warehouses.ts';
import { snapshotPath } from '../../orchestrator/transform/snapshot.ts';
import { markets } from '../support/command-line.ts';
import { digestsBelow } from '../support/root-files.ts';

const DAYS = [
  { until: '2023-01-31', now: '2023-01-30T22:30:00Z' },
  { until: '2023-02-01', now: '2023-01-31T22:30:00Z' },
] as const;
/** The moment of the last cycle: what is expected and what the extract's window holds moves on with the clock. */
const AGAIN = DAYS[1].now;
let folder = '';
let root = '';
let before = '';

async function call(...words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await markets(['--root', root, '--attention-ok', ...words]);
  expect(exitCode, `${words.join(' ')}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Staged files and originals, by their bytes. */
async function staged(): Promise<Readonly<Record<string, string>>> {
  return await digestsBelow(root, ['control', 'warehouse', 'metrics', 'extracts', 'landing', 'failed', 'quarantine']);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'));
  root = join(folder, 'root');
  const cycles = [...demoWeek().cycles];
  for (const { until, now } of DAYS) {
    while (cycles[0] !== undefined && cycles[0].now < until) {
      const cycle = cycles.shift();
      if (cycle !== undefined) await land(root, cycle);
    }
    await call('run', '--now', now);
  }
  before = join(folder, 'before.duckdb');
  await cp(snapshotPath(root), before);
}, 600_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a root that lost its warehouse and its staged files', () => {
  it('is refused to be built from what is left, is rebuilt from the archive, and shows the same tables', { timeout: 600_000 }, async () => {
    const files = await staged();
    for (const lost of ['staging', 'warehouse']) await rm(join(root, lost), { recursive: true });
    const refused = await markets(['--root', root, 'run', '--now', AGAIN]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toContain('LANE_STAGING_GONE');
    const said = await call('rebuild', '--from', '0001-01-01', '--to', '9999-12-31');
    expect(said).toMatch(/^(\d+) loads: 0 stand, \1 staged again$/m);
    expect(await staged()).toEqual(files);
    await call('run', '--now', AGAIN);
    const after = join(folder, 'after.duckdb');
    await cp(snapshotPath(root), after);
    expect(await compareWarehouses(before, after)).toEqual([]);
    await call('audit', 'verify');
  });
});
