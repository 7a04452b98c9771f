/**
 * A validator for tests of the lane alone: every line after the first is a record; a line BAD goes to quarantine, a line FAIL fails the
 * file, a line CRASH is an engine that dies. A control file holds the number of records.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { FindingCode } from '../../core/engine/findings/catalogue.ts';
import type { ValidationInput } from '../../core/engine/process/scratch-folder.ts';
import type { ValidationRequest } from '../../core/engine/process/validation-pool.ts';
import type { Report } from '../../core/engine/report.ts';
import type { FileValidator } from '../deliver/file-validator.ts';

export const lineValidator: FileValidator = {
  async validate(request) {
    const bytes = await bytesOf(request.input);
    const records = bytes
      .toString()
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    if (records.includes('CRASH'))
      throw new MarketsError('ENGINE_CHILD', 'A validation process crashed.', { details: { reason: 'crashed' } });
    const code = await fileFault(request, records);
    const report = reportOf(request, bytes, records, code);
    const outputFolder = await mkdtemp(join(tmpdir(), 'markets-out-'));
    await writeFile(join(outputFolder, 'report.json'), JSON.stringify(report));
    const bad = records.filter((line) => line === 'BAD');
    await writeFile(join(outputFolder, 'quarantine.jsonl'), bad.map((raw) => `${JSON.stringify({ raw, at: request.now })}\n`).join(''));
    const good = records.filter((line) => line !== 'BAD');
    if (code === null) await writeFile(join(outputFolder, 'valid.parquet'), `${request.load_id}\n${good.join('\n')}`);
    else await rm(join(outputFolder, 'valid.parquet'), { force: true });
    return { report, outputFolder, peakResidentBytes: 0, release: () => rmSync(outputFolder, { recursive: true, force: true }) };
  },
};

async function bytesOf(input: ValidationInput): Promise<Buffer> {
  if ('path' in input) return await readFile(input.path);
  throw new Error('the lane spools files first');
}

async function fileFault({ spec, control = null }: ValidationRequest, records: readonly string[]): Promise<FindingCode | null> {
  if (records.includes('FAIL')) return 'FILE_UNREADABLE';
  if (spec.control_file === null) return null;
  if (control === null) return spec.control_file.required ? 'CONTROL_MISSING' : null;
  const stated = (await bytesOf(control.input)).toString().trim();
  return stated === String(records.length) ? null : 'CONTROL_COUNT';
}

function reportOf(request: ValidationRequest, bytes: Buffer, records: readonly string[], code: FindingCode | null): Report {
  const bad = records.filter((line) => line === 'BAD').length;
  const good = records.length - bad;
  return {
    source: request.spec.name,
    file: request.file,
    load_id: request.load_id,
    version: request.version,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    md5: null,
    crc32c: null,
    bytes: bytes.length,
    decompressed_bytes: bytes.length,
    status: code !== null ? 'failed' : bad > 0 ? 'quarantined' : 'accepted',
    records_in: records.length,
    staged: code === null ? good : 0,
    quarantined: bad,
    not_loaded: code === null ? 0 : good,
    warnings: 0,
    duplicate_in_file: 0,
    findings_by_code: { ...(bad > 0 ? { RULE_FAILED: bad } : {}), ...(code === null ? {} : { [code]: 1 }) },
    warnings_by_rule: {},
    file_findings: code === null ? [] : [{ code, column: null, rule: null, found: null, expected: null, message: code, severity: 'error' }],
    control: null,
    conservation: {
      holds: true,
      fault: null,
      bytes_staged: 0,
      bytes_quarantined: 0,
      bytes_of_non_records: {},
      bytes_not_loaded: 0,
      tokenizer_records: null,
    },
    first_bad_records: [],
    spec_version: request.spec.spec_version,
    engine_version: 'test',
    now: request.now,
    duration_ms: 1,
  };
}
