/** The guard that CI runs: it passes on the project, and fails when either place has another namespace. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { HOME } from '../support/command-line.ts';

const PLACES = ['core/identity/trade-id.ts', 'dbt_project/macros/identity/trade_id.sql'] as const;

function guard(folder: string): number | null {
  return spawnSync(join(HOME, 'scripts', 'namespace-guard.sh'), [folder], { encoding: 'utf8' }).status;
}

it('finds the namespace unchanged', () => {
  expect(guard(HOME)).toBe(0);
});

it.each(PLACES)('fails when %s has another one', (changed) => {
  const folder = mkdtempSync(join(tmpdir(), 'namespace-'));
  try {
    for (const place of PLACES) {
      mkdirSync(join(folder, dirname(place)), { recursive: true });
      cpSync(join(HOME, place), join(folder, place));
    }
    expect(guard(folder)).toBe(0);
    const path = join(folder, changed);
    writeFileSync(path, readFileSync(path, 'utf8').replace('a1b2c3d4', 'a1b2c3d5'));
    expect(guard(folder)).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
