/** A refused record as it stands in quarantine.jsonl and in the report. */
import { isUtf8 } from 'node:buffer';
import type { Finding, QuarantineRecord } from '../report.ts';
import type { RecordSpan } from './file-output.ts';

/** What is the same for all records of a file. */
export interface QuarantineOrigin {
  readonly load_id: string;
  readonly file: string;
  /** Moment the run began. */
  readonly at: string;
}

/** `raw` is text where the bytes are valid UTF-8 (so that its bytes come back exactly), base64 elsewhere. */
export function quarantineRecord(
  origin: QuarantineOrigin,
  span: RecordSpan,
  raw: Uint8Array,
  findings: readonly Finding[],
): QuarantineRecord {
  const { load_id, file } = origin;
  return { load_id, file, record: span.record, line: span.line, ...quarantineTail(origin, span, raw, findings) };
}

/** What stands behind its two numbers, which are not known yet where a range is judged. */
export function quarantineTail(
  { at }: QuarantineOrigin,
  span: RecordSpan,
  raw: Uint8Array,
  findings: readonly Finding[],
): Omit<QuarantineRecord, 'load_id' | 'file' | 'record' | 'line'> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  return {
    byte_offset: span.byteOffset,
    byte_length: span.byteLength,
    ...(isUtf8(bytes) ? { raw: bytes.toString('utf8') } : { raw_base64: bytes.toString('base64') }),
    // With the members in the order in which they are written.
    findings: findings.map(({ code, column, rule, found, expected, message }) => ({ code, column, rule, found, expected, message })),
    at,
  };
}

/** The bytes of a quarantined record, as they stood in the file. */
export function rawBytes(record: QuarantineRecord): Buffer {
  return record.raw_base64 === undefined ? Buffer.from(record.raw ?? '', 'utf8') : Buffer.from(record.raw_base64, 'base64');
}
