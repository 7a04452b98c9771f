/**
 * Refused records as the report shows them: values of columns that are classified (pii, confidential) stand in the
 * quarantine file alone, which has an access of its own; reports are read by more people.
 */
import { classifiedColumns, MASKED } from '../../classification/classified-columns.ts';
import { maskFinding } from '../../classification/mask-finding.ts';
import type { SourceSpec } from '../../spec/source-spec.ts';
import type { QuarantineRecord } from '../report.ts';

/** The record itself where the spec classifies no column. Its raw bytes are masked as a whole: a bad record has no sure fields. */
export function maskSample(record: QuarantineRecord, spec: SourceSpec): QuarantineRecord {
  const classified = classifiedColumns(spec);
  if (classified.size === 0) return record;
  const { load_id, file, record: number, line, byte_offset, byte_length, at } = record;
  const findings = record.findings.map((finding) => maskFinding(finding, classified));
  return { load_id, file, record: number, line, byte_offset, byte_length, raw: MASKED, findings, at };
}
