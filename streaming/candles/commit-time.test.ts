import { expect, it } from 'vitest';
import { isCommitDue } from './commit-time.ts';

const COMMIT_MS = 2000;
const TURN_MS = 20;

/** How long each candle of one second waits for its commit, where windows close `phaseMs` behind full seconds of the clock. */
function waits(phaseMs: number): readonly number[] {
  let committedMs = 0;
  let told: number[] = [];
  const found: number[] = [];
  for (let nowMs = 0; nowMs < 60_000; nowMs += TURN_MS) {
    const hasTold = nowMs % 1000 === phaseMs;
    if (hasTold) told.push(nowMs);
    if (!isCommitDue(nowMs - committedMs, COMMIT_MS, hasTold)) continue;
    found.push(...told.map((toldMs) => nowMs - toldMs));
    told = [];
    committedMs = nowMs;
  }
  return found.slice(5);
}

it('commits follow the windows that close, wherever in the second they do', () => {
  for (const phaseMs of [0, 20, 500, 980]) {
    const found = waits(phaseMs);
    expect(found.length).toBeGreaterThan(50);
    expect(Math.max(...found)).toBe(1000);
    expect(found.filter((milliseconds) => milliseconds === 0).length).toBeGreaterThanOrEqual(Math.floor(found.length / 2));
  }
});

it('what no window tells of is committed all the same', () => {
  expect(isCommitDue(2499, COMMIT_MS, false)).toBe(false);
  expect(isCommitDue(2500, COMMIT_MS, false)).toBe(true);
});
