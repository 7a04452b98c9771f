import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';

/** Pieces as a socket brings them, 3 GB in all, each dropped at once; prints how often V8 went through the whole heap meanwhile. */
const PIECES = `
  const { constants, PerformanceObserver } = await import('node:perf_hooks');
  const kept = Buffer.alloc(200_000_000);
  let collections = 0;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1;
  }).observe({ entryTypes: ['gc'] });
  for (let turn = 0; turn < 100; turn += 1) {
    for (let piece = 0; piece < 500; piece += 1) Buffer.allocUnsafeSlow(65_536);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(kept.length > 0 ? collections : -1);
`;

function collections(before: string): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', before + PIECES], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return Number(stdout);
}

test('memory outside of the heap lets the whole heap be collected less often', () => {
  const module = new URL('./outside-memory.ts', import.meta.url).href;
  const byDefault = collections('');
  const counted = collections(`(await import(${JSON.stringify(module)})).countOutsideMemoryWithHeap();`);
  expect(byDefault).toBeGreaterThan(10);
  expect(counted).toBeLessThan(byDefault / 2);
});
