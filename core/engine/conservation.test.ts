import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlainFormat } from './test-support/plain-spec.ts';
import { judgeBytes } from './test-support/judge-bytes.ts';
import { oracleFile } from './test-support/oracle/oracle-file.ts';
import { withReaderFault, type ReaderFault } from './test-support/reader-fault.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conservation-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FORMATS: readonly PlainFormat[] = ['csv', 'json', 'jsonl', 'xml'];
const FAULTS: readonly ReaderFault[] = ['dropped', 'doubled', 'shifted', 'shortened'];

describe.each(FORMATS)('a fault in the reader of %s', (format) => {
  it.each(FAULTS)('fails the file with CONSERVATION when a good or a bad record is %s', async (fault) => {
    const file = oracleFile(7, format);
    expect(file.records.length).toBeGreaterThan(3);
    const bad = file.bad[0]?.record;
    const good = file.records.find(({ codes }) => codes.length === 0)?.record;
    for (const record of [bad, good]) {
      if (record === undefined) throw new Error('the file has no such record');
      const name = `${format}-${fault}-${record}`;
      const limits = { maxRecordBytes: file.maxRecordBytes };
      const judged = await judgeBytes(folder, name, { ...file, limits, output: (output) => withReaderFault(output, fault, record) });
      expect(judged.report.status).toBe('failed');
      expect(judged.report.staged).toBe(0);
      expect(judged.report.findings_by_code['CONSERVATION']).toBe(1);
      expect(judged.report.conservation).toMatchObject({ holds: false, bytes_staged: 0 });
      expect(judged.report.conservation.fault).toMatch(/byte/);
      expect(existsSync(join(judged.folder, 'valid.parquet'))).toBe(false);
      expect(existsSync(join(judged.folder, 'quarantine.jsonl'))).toBe(true);
    }
  });
});

describe('a fault in the reader of the bytes between records', () => {
  it('fails the file when a line end is lost', async () => {
    const file = oracleFile(7, 'jsonl');
    const limits = { maxRecordBytes: file.maxRecordBytes };
    const output = { output: (output: Parameters<typeof withReaderFault>[0]) => withReaderFault(output, 'separator_dropped', 2) };
    const { report } = await judgeBytes(folder, 'separator', { ...file, limits, ...output });
    expect(report.conservation.fault).toMatch(/are in no span/);
    expect(report.status).toBe('failed');
  });
});
