import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

/** The same files every time; `make fuzz` takes others. The minutes only end what hangs. */
const ARGUMENTS = ['--mutations', '120000', '--minutes', '15', '--seed', '20230130'];
const MIN_FILES = 200;

it('no damage to a file makes the engine crash, hang, lose a byte, or say something else range by range', async () => {
  const fuzz = spawn(process.execPath, ['bench/fuzz.ts', ...ARGUMENTS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await text(fuzz.stdout);
  expect(printed).toMatch(/, 0 faults, from seed \d+ on\n$/);
  const files = Number(/^(\d+) files/m.exec(printed)?.[1]);
  expect(files).toBeGreaterThan(MIN_FILES);
});
