import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCondition } from '../expression/parse-expression.ts';
import type { ControlFile, FileRule, SourceSpec } from '../spec/source-spec.ts';
import type { PlainFormat } from './test-support/plain-spec.ts';
import { FINDINGS, type FindingCode } from './findings/catalogue.ts';
import { judgeBytes, type BytesToJudge } from './test-support/judge-bytes.ts';
import { oracleFile, type OracleFile } from './test-support/oracle/oracle-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-codes-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const FORMATS: readonly PlainFormat[] = ['csv', 'json', 'jsonl', 'xml'];
const CONTROL: ControlFile = {
  type: 'sidecar_json',
  pattern: '{filename}.ctl',
  row_count: 'rows',
  checksum: 'digest',
  business_date: null,
  checksum_algorithm: null,
  totals: [{ column: 'qty', field: 'quantity' }],
  required: true,
  wait_minutes: 0,
};

/** A file whose own faults are in its records only, under its plain name. */
function plain(format: PlainFormat, seed = 3): OracleFile {
  const file = oracleFile(seed, format);
  return { ...file, delivered: file.content, file: `oracle/plain.${format}` };
}

function withSpec(file: OracleFile, more: Partial<SourceSpec>): BytesToJudge {
  return { ...file, limits: { maxRecordBytes: file.maxRecordBytes }, spec: { ...file.spec, ...more } };
}

/** What a right control file states, with what a test changes. */
function controlText(file: OracleFile, more: Readonly<Record<string, unknown>>): string {
  const digest = createHash('md5').update(file.delivered).digest('hex');
  return JSON.stringify({ rows: file.records.length, digest, ...more });
}

function rowCountRule(text: string): FileRule {
  const parsed = parseCondition(text, new Map([['row_count', { kind: 'INT64' }]]));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const check = { kind: 'aggregate', expression: parsed.expression, aggregates: [] } as const;
  return { rule: text, severity: 'error', code: null, description: null, check };
}

type Case = (format: PlainFormat) => { readonly code: FindingCode; readonly input: BytesToJudge } | null;

function gzipped(format: PlainFormat, change: (bytes: Buffer) => Buffer): BytesToJudge {
  const file = plain(format);
  return { ...withSpec(file, {}), file: `${file.file}.gz`, delivered: change(gzipSync(file.content)) };
}

function controlled(code: FindingCode, format: PlainFormat, more: Readonly<Record<string, unknown>>, totals = false): ReturnType<Case> {
  const file = plain(format);
  const input = withSpec(file, { control_file: { ...CONTROL, totals: totals ? CONTROL.totals : [] } });
  return { code, input: { ...input, control: { file: 'oracle/plain.ctl', content: controlText(file, more) } } };
}

const CASES: Readonly<Record<string, Case>> = {
  'of no bytes': (format) => ({ code: 'FILE_EMPTY', input: { ...withSpec(plain(format), {}), delivered: Buffer.alloc(0) } }),
  'whose compressed stream is cut': (format) => ({ code: 'FILE_COMPRESSION', input: gzipped(format, (bytes) => bytes.subarray(0, -9)) }),
  'whose compressed stream has a wrong checksum': (format) => ({
    code: 'FILE_COMPRESSION',
    input: gzipped(format, (bytes) => {
      const damaged = Buffer.from(bytes);
      damaged[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
      return damaged;
    }),
  }),
  'with bytes behind its compressed stream': (format) => ({
    code: 'FILE_COMPRESSION',
    input: gzipped(format, (bytes) => Buffer.concat([bytes, Buffer.from('garbage')])),
  }),
  'that is named .gz and is not compressed': (format) => ({
    code: 'FILE_COMPRESSION',
    input: { ...withSpec(plain(format), {}), file: 'a.gz' },
  }),
  'that is too large': (format) => {
    const file = plain(format);
    const input = withSpec(file, { expectations: { ...file.spec.expectations, max_file_size_mb: 1 } });
    return { code: 'FILE_TOO_LARGE', input: { ...input, delivered: Buffer.concat([file.content, Buffer.alloc(1_100_000, '\n')]) } };
  },
  'that is too large once it is decompressed': (format) => {
    const file = plain(format);
    const input = withSpec(file, { expectations: { ...file.spec.expectations, max_file_size_mb: 1 } });
    const delivered = gzipSync(Buffer.concat([file.content, Buffer.alloc(1_100_000, '\n')]));
    return { code: 'FILE_TOO_LARGE', input: { ...input, delivered, file: `${file.file}.gz` } };
  },
  'that cannot be read as its format': (format) => {
    const file = plain(format);
    if (format === 'csv' || format === 'jsonl') {
      // UTF-16 without its mark: nothing tells the order of its bytes.
      const input = withSpec(file, { source: { ...file.spec.source, encoding: 'utf-16' } });
      return { code: 'FILE_UNREADABLE', input: { ...input, delivered: Buffer.from('id,side\n1,BUY\n', 'utf8') } };
    }
    return { code: 'FILE_UNREADABLE', input: { ...withSpec(file, {}), delivered: file.content.subarray(0, -20) } };
  },
  'with a DOCTYPE': (format) =>
    format === 'xml'
      ? {
          code: 'FILE_UNREADABLE',
          input: { ...withSpec(plain(format), {}), delivered: Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><rows/>') },
        }
      : null,
  'whose header lacks a column': (format) =>
    format === 'csv'
      ? { code: 'HEADER_MISMATCH', input: { ...withSpec(plain(format), {}), delivered: Buffer.from('id,side\n1,BUY\n') } }
      : null,
  'whose control file states another number of records': (format) => controlled('CONTROL_COUNT', format, { rows: 12345 }),
  'whose control file states another checksum': (format) => controlled('CONTROL_CHECKSUM', format, { digest: '0'.repeat(32) }),
  'whose control file states another total': (format) => {
    const made = controlled('CONTROL_TOTAL', format, { quantity: -1 }, true);
    // A total over values that cannot be read is no more than a warning: what comes before the first bad record is taken.
    const file = plain(format);
    const isCsv = format === 'csv' && made !== null;
    return isCsv ? { ...made, input: { ...made.input, delivered: file.content.subarray(0, file.bad[0]?.byteOffset) } } : made;
  },
  'whose control file does not state what it should': (format) => controlled('CONTROL_MISSING', format, { rows: undefined }),
  'that breaks a rule for files': (format) => {
    const file = plain(format);
    const file_level = [rowCountRule(`row_count > ${file.records.length}`)];
    return { code: 'FILE_RULE_FAILED', input: withSpec(file, { validation: { ...file.spec.validation, file_level } }) };
  },
  'with more bad records than it may have': (format) => {
    const file = plain(format);
    return {
      code: 'TOO_MANY_BAD_ROWS',
      input: withSpec(file, { validation: { ...file.spec.validation, max_bad_rows: file.bad.length - 1 } }),
    };
  },
  'with a larger share of bad records than it may have': (format) => {
    const file = plain(format);
    const share = Math.floor((file.bad.length / file.records.length) * 1e9) - 1;
    return { code: 'TOO_MANY_BAD_ROWS', input: withSpec(file, { validation: { ...file.spec.validation, max_bad_ratio_ppb: share } }) };
  },
};

describe.each(FORMATS)('a %s file', (format) => {
  it.each(Object.entries(CASES))('%s fails with its code and loads nothing', async (name, make) => {
    const made = make(format);
    if (made === null) return;
    const { report, quarantine, folder: output } = await judgeBytes(folder, `${format} ${name}`, made.input);
    expect(report.file_findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(made.code);
    expect(report.findings_by_code[made.code]).toBeGreaterThan(0);
    expect(report).toMatchObject({ status: 'failed', staged: 0, quarantined: quarantine.length });
    expect(report.records_in).toBe(report.quarantined + report.not_loaded);
    expect(report.conservation).toMatchObject({ holds: true, bytes_staged: 0 });
    expect(existsSync(join(output, 'valid.parquet'))).toBe(false);
  });

  it('is good within all of these limits', async () => {
    const file = plain(format);
    const input = withSpec(file, {
      control_file: { ...CONTROL, totals: [] },
      expectations: { ...file.spec.expectations, max_file_size_mb: 1 },
      validation: {
        ...file.spec.validation,
        file_level: [rowCountRule(`row_count = ${file.records.length}`)],
        max_bad_rows: file.bad.length,
        max_bad_ratio_ppb: Math.ceil((file.bad.length / file.records.length) * 1e9),
      },
    });
    const control = { file: 'oracle/plain.ctl', content: controlText(file, {}) };
    const { report } = await judgeBytes(folder, `${format} good`, { ...input, control });
    expect(report.file_findings).toEqual([]);
    expect(report.staged).toBe(file.records.length - file.bad.length);
    expect(report.control?.checksum).toMatchObject({ algorithm: 'md5', over: 'delivered', matches: true });
  });
});

it('every code of a file is among these cases, but for CONSERVATION, which has its own test', () => {
  const covered = FORMATS.flatMap((format) => Object.values(CASES).flatMap((make) => make(format)?.code ?? []));
  const codes = Object.entries(FINDINGS).flatMap(([code, { scope }]) => (scope === 'file' && code !== 'CONSERVATION' ? [code] : []));
  expect([...new Set<string>(covered)].toSorted()).toEqual(codes.toSorted());
});
