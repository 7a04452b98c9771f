/** The report of a file whose validation did not end: made by the parent, which has no more than the file's name and bytes. */
import type { MarketsError } from '../../errors/markets-error.ts';
import type { Report } from '../report.ts';
import type { ValidationRequest } from './validation-pool.ts';

export interface DeliveredFile {
  /** Of the delivered bytes, lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly engine_version: string;
  readonly duration_ms: number;
}

/** `failed` with FILE_UNREADABLE, whose message is the error's: nothing was read, so all counts are 0. */
export function crashReport(request: ValidationRequest, delivered: DeliveredFile, error: MarketsError): Report {
  return {
    source: request.spec.name,
    file: request.file,
    load_id: request.load_id,
    version: request.version,
    sha256: delivered.sha256,
    md5: null,
    crc32c: null,
    bytes: delivered.bytes,
    decompressed_bytes: 0,
    status: 'failed',
    records_in: 0,
    staged: 0,
    quarantined: 0,
    not_loaded: 0,
    warnings: 0,
    duplicate_in_file: 0,
    findings_by_code: { FILE_UNREADABLE: 1 },
    warnings_by_rule: {},
    file_findings: [
      {
        code: 'FILE_UNREADABLE',
        column: null,
        rule: null,
        found: error.found ?? null,
        expected: 'a validation that ends within its limits',
        message: error.message,
        severity: 'error',
      },
    ],
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
    engine_version: delivered.engine_version,
    now: request.now,
    duration_ms: delivered.duration_ms,
  };
}
