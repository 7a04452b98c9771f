/**
 * Refused records as the report shows them: values of columns that are classified (pii, confidential) stand in the
 * quarantine file alone, which has an access of its own; reports are read by more people.
 */
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { Finding, QuarantineRecord } from '../report.ts';

const MASKED = '***';

/** The record itself where the spec classifies no column. Its raw bytes are masked as a whole: a bad record has no sure fields. */
export function maskSample(record: QuarantineRecord, spec: SourceSpec): QuarantineRecord {
  const classified = new Set(spec.schema.flatMap(({ name, classification }) => (classification === null ? [] : [name])));
  if (classified.size === 0) return record;
  const { load_id, file, record: number, line, byte_offset, byte_length, findings, at } = record;
  return {
    load_id,
    file,
    record: number,
    line,
    byte_offset,
    byte_length,
    raw: MASKED,
    findings: findings.map((finding) => (mayShow(finding, classified, spec) ? finding : masked(finding))),
    at,
  };
}

/** Only what is about one column of the schema that is not classified; rules and keys may show several columns. */
function mayShow({ column, rule, code }: Finding, classified: ReadonlySet<string>, spec: SourceSpec): boolean {
  if (column === null || rule !== null || code === 'DUPLICATE_KEY') return false;
  return !classified.has(column) && spec.schema.some(({ name }) => name === column);
}

function masked(finding: Finding): Finding {
  const { found, message } = finding;
  if (found === null || found === '') return finding;
  return { ...finding, found: MASKED, message: message.replaceAll(found, MASKED) };
}
