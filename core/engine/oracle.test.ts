import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlainFormat } from './test-support/plain-spec.ts';
import { FINDINGS } from './findings/catalogue.ts';
import { rawBytes } from './output/quarantine-record.ts';
import type { QuarantineRecord } from './report.ts';
import { query } from './test-support/duckdb-values.ts';
import { judgeBytes, type Judged } from './test-support/judge-bytes.ts';
import { oracleFile, type OracleFile } from './test-support/oracle/oracle-file.ts';

/** 200 files, 50 of each format. */
const FILES_PER_FORMAT = 50;
const FORMATS: readonly PlainFormat[] = ['csv', 'json', 'jsonl', 'xml'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oracle-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function judge(file: OracleFile, name: string): Promise<Judged> {
  const { maxRecordBytes, chunkBytes } = file;
  return judgeBytes(folder, name, { ...file, limits: { maxRecordBytes, chunkBytes } });
}

/** The quarantine in the words of the truth. */
function asTruth(quarantine: readonly QuarantineRecord[]): unknown[] {
  return quarantine.map((record) => ({
    record: record.record,
    line: record.line,
    byteOffset: record.byte_offset,
    byteLength: record.byte_length,
    raw: rawBytes(record).toString('latin1'),
    codes: record.findings.map(({ code }) => code),
  }));
}

describe.each(FORMATS)('the engine on generated %s files', (format) => {
  const seen = new Set<string>();

  it.each(Array.from({ length: FILES_PER_FORMAT }, (_, index) => index + 1))('refuses exactly what was made bad: seed %i', async (seed) => {
    const file = oracleFile(seed, format);
    const { report, quarantine, folder: output } = await judge(file, `${format}-${seed}`);
    expect(report.file_findings).toEqual([]);
    expect(asTruth(quarantine)).toEqual(file.bad.map((bad) => ({ ...bad, raw: bad.raw.toString('latin1') })));
    expect(report).toMatchObject({
      status: file.bad.length > 0 ? 'quarantined' : 'accepted',
      bytes: file.delivered.length,
      decompressed_bytes: file.content.length,
      records_in: file.records.length,
      quarantined: file.bad.length,
      staged: file.records.length - file.bad.length,
      warnings: file.warnings,
    });
    expect(report.conservation).toMatchObject({ holds: true, fault: null });
    // The tokenizer does not count where a comment of a CSV file has a quote in it, or the dialect an escape of its own.
    const counts = format === 'csv' ? [null, file.records.length] : [file.records.length];
    if (file.isWellFormed) expect(counts).toContain(report.conservation.tokenizer_records);
    for (const { codes } of file.bad) for (const code of codes) seen.add(code);
    const staged = await query(`select _record, _line, _byte_offset, _byte_length from '${join(output, 'valid.parquet')}'`);
    const good = file.records.filter(({ codes }) => codes.length === 0);
    expect(staged).toEqual(
      good.map(({ record, line, byteOffset, byteLength }) => [record, line, byteOffset, byteLength].map((value) => BigInt(value))),
    );
    expect(readdirSync(output).filter((name) => name.endsWith('.bin'))).toEqual([]);
  });

  it('has seen every code that a record of this format can have', () => {
    const codes = Object.entries(FINDINGS).flatMap(([code, { scope }]) => (scope === 'record' ? [code] : []));
    const ofOthers = format === 'csv' ? ['FIELD_MISSING', 'FIELD_UNKNOWN'] : ['FIELD_COUNT'];
    if (format === 'xml') ofOthers.push('NULL_NOT_ALLOWED');
    expect([...seen].toSorted()).toEqual(codes.filter((code) => !ofOthers.includes(code)).toSorted());
  });
});
