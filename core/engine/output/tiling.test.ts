import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RowGroupFile } from '../parquet/row-group-file.ts';
import { LINEAGE_COLUMNS } from './lineage-columns.ts';
import { LineWriter } from './line-file.ts';
import { quarantineRecord } from './quarantine-record.ts';
import { quarantineHead } from './quarantine-text.ts';
import { StagedRows } from './staged-rows.ts';
import { ParquetSpans, type LineagePlaces } from './parquet-spans.ts';
import { QuarantineSpans } from './quarantine-spans.ts';
import { TilingProof } from './tiling.ts';

const ORIGIN = { load_id: 'load', file: 'né"w.csv', at: '2023-01-30T06:00:00.000000Z' };
const placeOf = (name: string): number => LINEAGE_COLUMNS.findIndex((column) => column.name === name);
const PLACES: LineagePlaces = {
  _byte_offset: placeOf('_byte_offset'),
  _byte_length: placeOf('_byte_length'),
  _record: placeOf('_record'),
};

let folder: string;
let valid: RowGroupFile;
let bad: LineWriter;
let proof: TilingProof;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiling-'));
  valid = new RowGroupFile(join(folder, 'valid'), LINEAGE_COLUMNS);
  bad = new LineWriter(join(folder, 'bad'));
  proof = new TilingProof();
});
afterEach(() => {
  proof.close();
  valid.close();
  bad.close();
  rmSync(folder, { recursive: true });
});

/** Records of 10 bytes, one behind the other. */
function stage(from: number, to: number): void {
  const rows = new StagedRows([], ORIGIN);
  for (let record = from; record <= to; record += 1) rows.stage(spanOf(record), Buffer.alloc(10), [], null, null);
  const group = rows.finish();
  if (group !== null) valid.write(group);
}

function refuse(record: number): void {
  bad.write(JSON.stringify(quarantineRecord(ORIGIN, spanOf(record), Buffer.alloc(10), [])));
}

function spanOf(record: number): { record: number; line: number; byteOffset: number; byteLength: number } {
  return { record, line: record, byteOffset: (record - 1) * 10, byteLength: 10 };
}

function addSources(groups = valid.groups): void {
  proof.add(new ParquetSpans('staged', join(folder, 'valid'), groups, PLACES));
  proof.add(new QuarantineSpans('quarantined', join(folder, 'bad'), quarantineHead(ORIGIN)));
}

function advance(): void {
  valid.flush();
  bad.flush();
  proof.advance();
}

function finish(size: number): ReturnType<TilingProof['finish']> {
  valid.finish();
  bad.close();
  return proof.finish(size);
}

test('goes along with the writing, whatever is there by then', () => {
  addSources();
  advance();
  stage(1, 2);
  advance();
  // Of these the middle one is missing for now.
  stage(4, 5);
  advance();
  refuse(3);
  refuse(6);
  advance();
  stage(7, 7);
  expect(finish(70)).toEqual({
    fault: null,
    records: 7,
    bytesByKind: new Map([
      ['staged', 50],
      ['quarantined', 20],
    ]),
  });
});

test.each([
  ['a record that is missing', [1, 3], 30, 'bytes 10 to 20 are in no span'],
  ['a record that is there twice', [1, 1], 10, 'byte 0 (quarantined) is covered twice: the spans before it end at 10'],
  ['bytes behind the last record', [1, 2], 25, 'the spans end at byte 20 of 25'],
])('tells of %s at the end', (_, records, size, fault) => {
  addSources();
  stage(1, 1);
  advance();
  for (const record of records.slice(1)) refuse(record);
  advance();
  expect(finish(size).fault).toBe(fault);
});

test('a footer that names more than was proved is a fault', () => {
  stage(1, 1);
  addSources(valid.groups.slice());
  stage(2, 2);
  expect(finish(10).fault).toBe('the footer of the staged records names other places than those that were proved');
});
