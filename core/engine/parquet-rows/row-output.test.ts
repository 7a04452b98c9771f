import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileOutput, RecordSpan } from '../output/file-output.ts';
import type { QuarantineRecord } from '../report.ts';
import { createRowOutput } from './row-output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'row-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const FINDING = { code: 'TYPE_MISMATCH', column: 'id', rule: null, found: 'x', expected: 'a number', message: 'id' } as const;
const NOW = '2023-01-30T06:00:00.000000Z';

function output(): FileOutput {
  const columns = [{ name: 'id', type: { kind: 'STRING' }, repeated: false }] as const;
  return createRowOutput({ folder, load_id: '0'.repeat(32), file: 'a.parquet', now: NOW, columns });
}

function span(record: number): RecordSpan {
  return { record, line: null, byteOffset: record * 10, byteLength: 9 };
}

function write(parts: {
  readonly staged: readonly number[];
  readonly refused: readonly number[];
  readonly held?: readonly number[];
}): FileOutput {
  const out = output();
  for (const record of parts.staged) out.stage(span(record), Buffer.from('{}'), ['x'], null, null);
  for (const record of parts.refused) out.quarantine(span(record), Buffer.from('{"id":"x"}'), [FINDING]);
  for (const record of parts.held ?? []) out.hold(span(record));
  return out;
}

test('records that are numbered without a hole hold, and have no place in bytes', async () => {
  const tiling = await write({ staged: [1, 3, 4], refused: [2, 6], held: [5] }).finish({ failed: false, decompressedBytes: 99 });
  expect(tiling).toEqual({
    holds: true,
    fault: null,
    bytes_staged: 0,
    bytes_quarantined: 0,
    bytes_of_non_records: {},
    bytes_not_loaded: 0,
  });
  expect(existsSync(join(folder, 'valid.parquet'))).toBe(true);
  const [first] = readFileSync(join(folder, 'quarantine.jsonl'), 'utf8').trim().split('\n');
  const record = JSON.parse(first ?? '') as QuarantineRecord;
  expect(record).toMatchObject({ record: 2, line: null, byte_offset: null, byte_length: null, raw: '{"id":"x"}' });
});

test.each([
  ['missing', { staged: [1, 3], refused: [] }, 'record 2 is missing or there twice; next come 3'],
  ['there twice', { staged: [1, 2], refused: [2] }, 'record 3 is missing or there twice; next come 2'],
  ['held and staged', { staged: [1], refused: [], held: [1] }, 'record 2 is missing or there twice; next come 1'],
])('a record that is %s does not hold, and nothing is left to load', async (_, parts, fault) => {
  const tiling = await write(parts).finish({ failed: false, decompressedBytes: 99 });
  expect(tiling).toMatchObject({ holds: false, fault });
  expect(existsSync(join(folder, 'valid.parquet'))).toBe(false);
});

test('a failed file leaves nothing to load, an aborted one nothing at all', async () => {
  await write({ staged: [1], refused: [2] }).finish({ failed: true, decompressedBytes: 99 });
  expect(existsSync(join(folder, 'valid.parquet'))).toBe(false);
  expect(existsSync(join(folder, 'quarantine.jsonl'))).toBe(true);
  write({ staged: [1], refused: [2] }).abort();
  expect(existsSync(join(folder, 'quarantine.jsonl'))).toBe(false);
});
