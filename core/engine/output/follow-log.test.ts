import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FollowCursor, FollowWriter } from './follow-log.ts';

let folder: string;
let paths: readonly [string, string];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'follows-'));
  paths = [join(folder, 'runs.bin'), join(folder, 'lengths.bin')];
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(runs: readonly (readonly [first: number, count: number, bytes: number])[]): FollowCursor {
  const writer = new FollowWriter('separator', ...paths);
  for (const run of runs) writer.add(...run);
  writer.close();
  return new FollowCursor('separator', ...paths);
}

test('every record of a run is followed by its bytes, every other one by none', () => {
  const gaps = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.nat(3)), { maxLength: 12 });
  fc.assert(
    fc.property(gaps, (given) => {
      let next = 1;
      const behind: number[] = [];
      const runs = given.map(([gap, count, bytes]) => {
        const first = next + gap;
        next = first + count;
        for (let record = behind.length + 1; record < next; record += 1) behind.push(record < first ? 0 : bytes);
        return [first, count, bytes] as const;
      });
      const cursor = write(runs);
      expect(behind.map((_, index) => cursor.bytesBehind(index + 1))).toEqual(behind);
      expect(cursor.unused()).toBe(false);
      cursor.close();
    }),
    { numRuns: 200 },
  );
});

test('a run that no record was asked for, or not to its end, is told', () => {
  const none = write([[5, 2, 1]]);
  expect([1, 2].map((record) => none.bytesBehind(record))).toEqual([0, 0]);
  expect(none.unused()).toBe(true);
  none.close();
  const half = write([[1, 2, 1]]);
  expect(half.bytesBehind(1)).toBe(1);
  expect(half.unused()).toBe(true);
  half.close();
});

test('any number of records with line ends of one kind is one entry', () => {
  const runs = Array.from({ length: 50_000 }, (_, index) => [index + 1, 1, 2] as const);
  const cursor = write(runs);
  expect(statSync(paths[0]).size).toBeLessThan(16);
  expect(cursor.bytesBehind(1)).toBe(2);
  cursor.close();
});

test('a cursor goes on with the runs that are written behind those that it has read', () => {
  const writer = new FollowWriter('separator', ...paths);
  const cursor = new FollowCursor('separator', ...paths);
  writer.add(1, 2, 1);
  expect(cursor.unused()).toBe(false);
  writer.flush();
  cursor.refresh();
  expect([1, 2].map((record) => cursor.bytesBehind(record))).toEqual([1, 1]);
  expect(cursor.unused()).toBe(false);
  // The next run would have been one with the first, had that not been read.
  writer.add(3, 1, 1);
  writer.add(4, 2, 2);
  writer.flush();
  cursor.refresh();
  expect([3, 4].map((record) => cursor.bytesBehind(record))).toEqual([1, 2]);
  expect(cursor.unused()).toBe(true);
  writer.close();
  cursor.close();
});
