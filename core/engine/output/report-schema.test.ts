import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeBytes } from '../test-support/judge-bytes.ts';
import { oracleFile } from '../test-support/oracle/oracle-file.ts';
import { publishedSchemas } from './report-schema.ts';

const PUBLISHED = fileURLToPath(new URL('../../../docs/reference/schemas/', import.meta.url));
const SCHEMAS = publishedSchemas();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'schemas-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function check(name: string): ValidateFunction {
  const schema = SCHEMAS[name];
  if (schema === undefined) throw new Error(`there is no ${name}`);
  return new Ajv2020({ strict: true, allErrors: true }).compile(schema);
}

describe('the published schemas', () => {
  it.each(['csv', 'json', 'jsonl', 'xml'] as const)('hold for the report and every quarantine record of %s files', async (format) => {
    const isReport = check('report.schema.json');
    const isRecord = check('quarantine-record.schema.json');
    for (const seed of [2, 3, 5]) {
      const file = oracleFile(seed, format);
      const { report, quarantine } = await judgeBytes(folder, `${format}-${seed}`, file);
      expect([isReport(report), isReport.errors]).toEqual([true, null]);
      for (const record of quarantine) expect([isRecord(record), isRecord.errors]).toEqual([true, null]);
    }
  });

  it('refuse a report with a key that is not known, or without one that is', async () => {
    const isReport = check('report.schema.json');
    const { report } = await judgeBytes(folder, 'keys', oracleFile(2, 'csv'));
    expect(isReport({ ...report, more: 1 })).toBe(false);
    const { staged, ...rest } = report;
    expect(staged).toBeGreaterThan(0);
    expect(isReport(rest)).toBe(false);
  });

  it.each(Object.keys(SCHEMAS))('%s is published as the code has it', (name) => {
    expect(JSON.parse(readFileSync(join(PUBLISHED, name), 'utf8'))).toEqual(JSON.parse(JSON.stringify(SCHEMAS[name])));
  });
});
