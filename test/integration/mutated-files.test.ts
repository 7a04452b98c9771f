import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeMutatedFile } from '../support/mutated-file.ts';

const FILES = 1_000;

it('no damage to a file makes the engine crash, lose a byte, or say something else when it reads in pieces', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mutated-'));
  try {
    const wrong: string[] = [];
    for (let seed = 1; seed <= FILES; seed += 1) {
      const found = await judgeMutatedFile(folder, seed);
      if (found !== null) wrong.push(found);
    }
    expect(wrong).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
