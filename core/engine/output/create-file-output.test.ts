import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, QuarantineRecord } from '../report.ts';
import { createFileOutput } from './create-file-output.ts';
import type { FileOutput, RecordSpan, Tiling } from './file-output.ts';
import { rawBytes } from './quarantine-record.ts';
import { rowHash } from './row-hash.ts';

const FINDING: Finding = {
  code: 'TYPE_MISMATCH',
  column: 'quantity',
  rule: null,
  found: 'x',
  expected: 'INT64',
  message: 'quantity is no INT64',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(rowGroupRows = 2): FileOutput {
  return createFileOutput({
    folder,
    load_id: 'load',
    file: 'venue/a.csv',
    now: '2023-01-30T06:00:00.000000Z',
    columns: [{ name: 'quantity', type: { kind: 'INT64' }, repeated: false }],
    rowGroupRows,
  });
}

function span(record: number, byteOffset: number, byteLength: number): RecordSpan {
  return { record, line: record + 1, byteOffset, byteLength };
}

/** A file `h\n11\n22\nxx\n44\n55`: the third record is bad, whatever the faults that a test puts into it. */
async function play(output: FileOutput, fault: 'none' | 'dropped' | 'doubled' | 'shifted' = 'none'): Promise<Tiling> {
  output.nonRecord('header', 0, 1);
  output.nonRecord('separator', 1, 1);
  for (const record of [1, 2, 3, 4, 5]) {
    const offset = 3 * record - 1 + (fault === 'shifted' && record === 4 ? 1 : 0);
    const raw = Buffer.from(String(record * 11));
    if (record === 3) output.quarantine(span(record, offset, 2), Buffer.from([0x78, 0xff]), [FINDING]);
    else if (!(fault === 'dropped' && record === 4)) output.stage(span(record, offset, 2), raw, [BigInt(record)], null, null);
    if (fault === 'doubled' && record === 4) output.stage(span(record, offset, 2), raw, [4n], null, null);
    if (record < 5) output.nonRecord('separator', 3 * record + 1, 1);
  }
  return output.finish({ failed: false, decompressedBytes: 16 });
}

async function rows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  connection.closeSync();
  instance.closeSync();
  return reader.getRows();
}

describe('the output of a file', () => {
  it('holds every staged record with where it comes from, and proves the tiling', async () => {
    const tiling = await play(open());
    expect(tiling).toEqual({
      holds: true,
      fault: null,
      bytes_staged: 8,
      bytes_quarantined: 2,
      bytes_of_non_records: { header: 1, separator: 5 },
      bytes_not_loaded: 0,
    });
    const path = join(folder, 'valid.parquet');
    expect(await rows(`select * from '${path}'`)).toEqual(
      [1, 2, 4, 5].map((record) => [
        BigInt(record),
        'load',
        'venue/a.csv',
        BigInt(record),
        BigInt(record + 1),
        BigInt(3 * record - 1),
        2n,
        rowHash(Buffer.from(String(record * 11))),
        null,
        null,
      ]),
    );
    expect(readdirSync(folder).toSorted()).toEqual(['quarantine.jsonl', 'valid.parquet']);
  });

  it('keeps the exact bytes of a refused record that is not UTF-8', async () => {
    await play(open());
    const lines = readFileSync(join(folder, 'quarantine.jsonl'), 'utf8').trimEnd().split('\n');
    const record = JSON.parse(lines[0] ?? '') as QuarantineRecord;
    expect(lines).toHaveLength(1);
    expect(rawBytes(record)).toEqual(Buffer.from([0x78, 0xff]));
    expect(record).toMatchObject({ record: 3, line: 4, byte_offset: 8, byte_length: 2, raw_base64: 'eP8=', findings: [FINDING] });
  });

  it.each(['dropped', 'doubled', 'shifted'] as const)('does not hold and leaves nothing to load when a record is %s', async (fault) => {
    const tiling = await play(open(), fault);
    expect(tiling.holds).toBe(false);
    expect(tiling.fault).toMatch(/byte/);
    expect(tiling.bytes_staged).toBe(0);
    expect(readdirSync(folder)).toEqual(['quarantine.jsonl']);
  });

  it('does not hold when the last bytes are in no span', async () => {
    const output = open();
    output.stage(span(1, 0, 2), Buffer.from('11'), [1n], null, null);
    const tiling = await output.finish({ failed: false, decompressedBytes: 3 });
    expect(tiling.fault).toBe('the spans end at byte 2 of 3');
  });

  it('accepts records of no bytes, and sees when one is doubled', async () => {
    const good = open();
    good.stage(span(1, 0, 0), Buffer.alloc(0), [null], null, null);
    good.nonRecord('separator', 0, 1);
    expect((await good.finish({ failed: false, decompressedBytes: 1 })).holds).toBe(true);
    const bad = open();
    bad.stage(span(1, 0, 0), Buffer.alloc(0), [null], null, null);
    bad.stage(span(1, 0, 0), Buffer.alloc(0), [null], null, null);
    bad.nonRecord('separator', 0, 1);
    expect((await bad.finish({ failed: false, decompressedBytes: 1 })).fault).toMatch(/covered twice/);
  });

  it('leaves no valid.parquet of a failed file, and still proves it', async () => {
    const output = open();
    output.stage(span(1, 0, 2), Buffer.from('11'), [1n], null, null);
    output.hold(span(2, 2, 3));
    output.nonRecord('unread', 5, 95);
    const tiling = await output.finish({ failed: true, decompressedBytes: 100 });
    expect(tiling).toMatchObject({ holds: true, bytes_staged: 0, bytes_not_loaded: 5, bytes_of_non_records: { unread: 95 } });
    expect(existsSync(join(folder, 'valid.parquet'))).toBe(false);
    expect(existsSync(join(folder, 'quarantine.jsonl'))).toBe(true);
  });

  it('writes an empty table for a file without records', async () => {
    const output = open();
    output.nonRecord('header', 0, 4);
    expect((await output.finish({ failed: false, decompressedBytes: 4 })).holds).toBe(true);
    expect(await rows(`select count(*) from '${join(folder, 'valid.parquet')}'`)).toEqual([[0n]]);
  });

  it('leaves nothing behind when it is aborted', () => {
    const output = open();
    output.stage(span(1, 0, 2), Buffer.from('11'), [1n], null, null);
    output.nonRecord('separator', 2, 1);
    output.abort();
    output.abort();
    expect(readdirSync(folder)).toEqual([]);
  });
});
