/** Refused records as the report shows them: a record may have a megabyte, a report is read by people and sent as one message. */
import type { QuarantineRecord, ReportedRecord } from '../report.ts';
import { rawBytes } from './quarantine-record.ts';

/** At most the first `maxBytes` of the record's bytes, whole characters where they are text; `raw_cut` says that more stands in the quarantine file. */
export function cutSample(record: QuarantineRecord, maxBytes: number): ReportedRecord {
  const bytes = rawBytes(record);
  if (bytes.length <= maxBytes) return record;
  if (record.raw_base64 !== undefined) {
    return { ...record, raw_base64: bytes.subarray(0, maxBytes).toString('base64'), raw_cut: true };
  }
  let end = maxBytes;
  while (end > 0 && isContinuation(bytes[end] ?? 0)) end -= 1;
  return { ...record, raw: bytes.toString('utf8', 0, end), raw_cut: true };
}

/** A byte of UTF-8 that begins no character. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
