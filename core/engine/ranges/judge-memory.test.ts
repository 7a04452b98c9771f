import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceSpec } from '../../spec/source-spec.ts';
import { ENGINE_LIMITS } from '../limits.ts';
import { AMOUNT, specOf } from '../test-support/spec-of.ts';
import { NO_CARRY } from './range-format.ts';
import { RangeJudge, type JudgeMemory } from './range-judge.ts';
import { RangeSlot } from './range-slot.ts';
import type { RangeResult } from './range.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'judge-memory-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PREAMBLE = { csv: { plan: { fieldCount: 2, fieldOf: [0, 1], kept: [], unloaded: [] }, headerFailed: false } };

function specWith(pattern: string): SourceSpec {
  const schema = [
    { name: 'id', nullable: false, pattern },
    { name: 'price', type: AMOUNT },
  ];
  return specOf({ schema, source: { csv: { has_header: false } } });
}

/** A file of one range. */
function judged(
  spec: SourceSpec,
  text: string,
  file: string,
  memory: JudgeMemory | null,
): { readonly result: RangeResult; readonly memory: JudgeMemory | null } {
  const bytes = Buffer.from(text);
  const slot = new RangeSlot(bytes.length, bytes.length);
  slot.append(bytes);
  slot.seal();
  const identity = { load_id: 'f'.repeat(32), file, now: '2023-01-30T06:00:00.000000Z' };
  const job = { ...identity, spec, version: 1, input_path: '', control: null, output_folder: folder };
  const judge = new RangeJudge({ job, limits: ENGINE_LIMITS, fileBytes: 0, preamble: PREAMBLE, seed: new Int32Array(4) }, memory);
  const place = { bytes: slot.bytes, base: 0, length: bytes.length, from: 0, stop: bytes.length, final: true };
  const result = judge.judgeRange({ number: 0, ...place, carry: NO_CARRY, linesBefore: 0, repeated: null });
  return { result, memory: judge.memory() };
}

function rows(first: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `id ${(first + index * 7) % 1000},1.5\n`).join('');
}

const SPEC = specWith('id [0-9]+');

test('a file becomes the same with what an earlier one of its spec has left as without', () => {
  const { memory } = judged(SPEC, `${rows(500, 3000)}idle,1\n${rows(1, 50)}`, 'first', null);
  expect(memory?.scan.tables).not.toBeNull();
  const text = `${rows(0, 3000)},2\nidle,1\n${rows(9, 2000)}id 77777,3\n`;
  const { result } = judged(SPEC, text, 'second', memory);
  expect(result).toEqual(judged(SPEC, text, 'second', null).result);
  expect(result.counts).toMatchObject({ good: 5001, bad: 2 });
});

test('texts that another spec takes are not thought to be good', () => {
  const { memory } = judged(SPEC, rows(0, 3000), 'first', null);
  const { result } = judged(specWith('id [0-9]'), rows(0, 1000), 'second', memory);
  expect(result.counts).toMatchObject({ good: 10, bad: 990 });
});
