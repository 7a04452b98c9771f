/** Rows that are judged for the sake of the machine code alone: faults of many kinds, and nothing left of them. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { AMOUNT, INT64, specOf } from '../test-support/spec-of.ts';
import { practise, practiseBefore } from './practice.ts';
import { NO_CARRY } from './range-format.ts';
import type { Range, RangeContext } from './range.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'practice-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SCHEMA = [
  { name: 'id', nullable: false },
  { name: 'price', type: AMOUNT },
  { name: 'count', type: INT64 },
  { name: 'at', type: { kind: 'TIMESTAMP' } as const },
];
const ROW = 'a,1.5,7,2023-01-30T06:00:00.000000Z\n';

function contextOf(spec: SourceSpec, inputPath = ''): RangeContext {
  const identity = { load_id: 'f'.repeat(32), file: 'orders', now: '2023-01-30T06:00:00.000000Z' };
  const plan = { fieldCount: SCHEMA.length, fieldOf: SCHEMA.map((_, index) => index), kept: [], unloaded: [] };
  return {
    job: { ...identity, spec, version: 1, input_path: inputPath, control: null, output_folder: folder },
    limits: ENGINE_LIMITS,
    preamble: { csv: spec.source.format === 'csv' ? { plan, headerFailed: false } : null },
    seed: new Int32Array(4),
  };
}

function rangeOf(text: string): Range {
  const bytes = Buffer.from(text);
  const place = { number: 0, base: 0, from: 0, final: true, carry: NO_CARRY, linesBefore: 0, repeated: null };
  return { ...place, bytes, length: bytes.length, stop: bytes.length };
}

describe('practice', () => {
  test('refuses values of many kinds, and leaves the range and the folder as they were', () => {
    const range = rangeOf(ROW.repeat(40));
    const counts = practise(contextOf(specOf({ schema: SCHEMA })), range);
    expect(counts?.bad).toBeGreaterThan(50);
    expect(counts?.good).toBeGreaterThan(60);
    expect(counts?.byCode.length).toBeGreaterThan(3);
    expect(Buffer.from(range.bytes).toString()).toBe(ROW.repeat(40));
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['', 'a', 'a\n', '\n\n', `${'x'.repeat(70_000)}\n`, '"a\n,', 'é,é\r\n'])(
    'takes what a file begins with as it is: %j',
    (text) => {
      expect(practise(contextOf(specOf({ schema: SCHEMA })), rangeOf(text))).not.toBeNull();
    },
  );

  test('is for rows that are lines of values', () => {
    const spec = specOf({ schema: SCHEMA, source: { format: 'jsonl' } });
    expect(practise(contextOf(spec), rangeOf('{"id":"a"}\n'))).toBeNull();
  });

  test('comes before the first range of a large file, once for a spec', () => {
    const path = join(folder, 'orders.csv');
    writeFileSync(path, ROW);
    const spec = specOf({ schema: SCHEMA });
    const range = rangeOf(ROW.repeat(40));
    expect(practiseBefore(contextOf(spec, path), range)).toBe(false);
    truncateSync(path, 256 * 1024 * 1024);
    expect(practiseBefore(contextOf(spec, path), range)).toBe(true);
    expect(practiseBefore(contextOf(spec, path), range)).toBe(false);
    expect(practiseBefore(contextOf(structuredClone(spec), path), range)).toBe(false);
    expect(practiseBefore(contextOf(specOf({ schema: SCHEMA, name: 'quotes' }), path), range)).toBe(true);
  });
});
