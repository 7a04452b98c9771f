import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceFormat } from '../spec/source-spec.ts';
import { FINDINGS } from './findings/catalogue.ts';
import { ENGINE_LIMITS } from './limits.ts';
import { outputColumns } from './output-columns.ts';
import { createFileOutput } from './output/create-file-output.ts';
import { rawBytes } from './output/quarantine-record.ts';
import type { QuarantineRecord, Report } from './report.ts';
import { query } from './test-support/duckdb-values.ts';
import { oracleFile, type OracleFile } from './test-support/oracle/oracle-file.ts';
import { validateFile } from './validate-file.ts';

/** 200 files, 50 of each format. */
const FILES_PER_FORMAT = 50;
const FORMATS: readonly SourceFormat[] = ['csv', 'json', 'jsonl', 'xml'];
const NOW = '2023-01-30T06:00:00.000000Z';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oracle-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Judged {
  readonly report: Report;
  readonly quarantine: readonly QuarantineRecord[];
  readonly output: string;
}

async function judge(file: OracleFile, name: string): Promise<Judged> {
  const output = join(folder, name);
  const input = join(folder, `${name}.data`);
  writeFileSync(input, file.delivered);
  const identity = { load_id: 'f'.repeat(32), file: file.file, now: NOW };
  const job = { ...identity, spec: file.spec, version: 1, input_path: input, control: null, output_folder: output };
  const report = await validateFile(job, createFileOutput({ ...identity, folder: output, columns: outputColumns(file.spec) }), {
    ...ENGINE_LIMITS,
    maxRecordBytes: file.maxRecordBytes,
    chunkBytes: file.chunkBytes,
  });
  const lines = readFileSync(join(output, 'quarantine.jsonl'), 'utf8').split('\n').slice(0, -1);
  return { report, quarantine: lines.map((line) => JSON.parse(line) as QuarantineRecord), output };
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
    const { report, quarantine, output } = await judge(file, `${format}-${seed}`);
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
    if (file.isWellFormed) expect([null, file.records.length]).toContain(report.conservation.tokenizer_records);
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
