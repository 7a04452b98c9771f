/** report.json: one JSON object whose keys always stand in the same order. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlComparison, Conservation, Finding, Report, ReportedRecord } from '../report.ts';
import { REPORT_FILE } from '../result-files.ts';

/** Writes the report into `folder`, replacing what is there. */
export function writeReport(folder: string, report: Report): void {
  writeFileSync(join(folder, REPORT_FILE), reportText(report));
}

/** The text of report.json, the same for equal reports. */
export function reportText(report: Report): string {
  return `${JSON.stringify(orderedReport(report), null, 2)}\n`;
}

/** The report with its keys in their documented order, at every depth. */
export function orderedReport(report: Report): Report {
  return {
    source: report.source,
    file: report.file,
    load_id: report.load_id,
    version: report.version,
    sha256: report.sha256,
    md5: report.md5,
    crc32c: report.crc32c,
    bytes: report.bytes,
    decompressed_bytes: report.decompressed_bytes,
    status: report.status,
    records_in: report.records_in,
    staged: report.staged,
    quarantined: report.quarantined,
    not_loaded: report.not_loaded,
    warnings: report.warnings,
    duplicate_in_file: report.duplicate_in_file,
    findings_by_code: sortedByKey(report.findings_by_code),
    warnings_by_rule: sortedByKey(report.warnings_by_rule),
    file_findings: report.file_findings.map((finding) => ({ ...orderedFinding(finding), severity: finding.severity })),
    control: report.control === null ? null : orderedControl(report.control),
    conservation: orderedConservation(report.conservation),
    first_bad_records: report.first_bad_records.map(orderedRecord),
    spec_version: report.spec_version,
    engine_version: report.engine_version,
    now: report.now,
    duration_ms: report.duration_ms,
  };
}

function orderedFinding({ code, column, rule, found, expected, message }: Finding): Finding {
  return { code, column, rule, found, expected, message };
}

function orderedRecord(record: ReportedRecord): ReportedRecord {
  const { load_id, file, record: number, line, byte_offset, byte_length, raw, raw_base64, raw_cut, findings, at } = record;
  return {
    load_id,
    file,
    record: number,
    line,
    byte_offset,
    byte_length,
    ...(raw === undefined ? {} : { raw }),
    ...(raw_base64 === undefined ? {} : { raw_base64 }),
    ...(raw_cut === undefined ? {} : { raw_cut }),
    findings: findings.map(orderedFinding),
    at,
  };
}

function orderedControl({ file, row_count, checksum, totals }: ControlComparison): ControlComparison {
  return {
    file,
    row_count: row_count && { expected: row_count.expected, found: row_count.found, matches: row_count.matches },
    checksum: checksum && {
      algorithm: checksum.algorithm,
      expected: checksum.expected,
      found: checksum.found,
      over: checksum.over,
      matches: checksum.matches,
    },
    totals: totals.map(({ column, expected, found, matches }) => ({ column, expected, found, matches })),
  };
}

function orderedConservation(conservation: Conservation): Conservation {
  return {
    holds: conservation.holds,
    fault: conservation.fault,
    bytes_staged: conservation.bytes_staged,
    bytes_quarantined: conservation.bytes_quarantined,
    bytes_of_non_records: sortedByKey(conservation.bytes_of_non_records),
    bytes_not_loaded: conservation.bytes_not_loaded,
    tokenizer_records: conservation.tokenizer_records,
  };
}

function sortedByKey<T extends object>(map: T): T {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1))) as T;
}
