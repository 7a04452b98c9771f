/** A report for a reader: what came, what was refused and why, and where to look. */
import type { Finding, QuarantineRecord, Report } from '../../core/engine/report.ts';
import { renderTable } from '../framework/table.ts';

/** Bad records that are shown one by one. */
const SHOWN_RECORDS = 10;
const MAX_RAW_WIDTH = 60;

/** `outputFolder` is where the files were written, undefined where none were. */
export function renderReport(report: Report, outputFolder: string | undefined): string {
  const parts = [
    `${report.file}: ${report.status}, by ${report.source}`,
    counts(report),
    conservation(report),
    fileFindings(report),
    codes(report),
    badRecords(report),
    outputFolder === undefined ? '' : `Written to ${outputFolder}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function counts({ records_in, staged, quarantined, not_loaded, warnings, duration_ms }: Report): string {
  const notLoaded = not_loaded === 0 ? '' : `, ${not_loaded} held back`;
  const warned = warnings === 0 ? '' : `, ${warnings} warnings`;
  return `${records_in} records in ${duration_ms} ms: ${staged} staged, ${quarantined} quarantined${notLoaded}${warned}`;
}

function conservation({ conservation: proof, decompressed_bytes: total, records_in, staged, quarantined, not_loaded }: Report): string {
  if (!proof.holds) return `Conservation does NOT hold: ${proof.fault ?? 'the records were counted differently'}`;
  const others = Object.values(proof.bytes_of_non_records).reduce((sum, bytes) => sum + bytes, 0);
  if (total > 0 && proof.bytes_staged + proof.bytes_quarantined + proof.bytes_not_loaded + others === 0) {
    // Parquet: its records have no places in the bytes of the file.
    return `Every record accounted for: ${records_in} = ${staged} staged + ${quarantined} quarantined + ${not_loaded} held back`;
  }
  const parts = [
    `${proof.bytes_staged} staged`,
    `${proof.bytes_quarantined} quarantined`,
    ...(proof.bytes_not_loaded === 0 ? [] : [`${proof.bytes_not_loaded} held back`]),
    `${others} between records`,
  ];
  return `Every byte accounted for: ${total} = ${parts.join(' + ')}`;
}

function fileFindings({ file_findings: list }: Report): string {
  if (list.length === 0) return '';
  const lines = list.map((finding) => `  ${finding.code}${finding.severity === 'warning' ? ' (a warning)' : ''}: ${whatIsWrong(finding)}`);
  return ['What is wrong with the file:', ...lines].join('\n');
}

/** With the rule's own code, where it has one. */
function whatIsWrong({ rule, message }: Finding): string {
  return rule === null || message.includes(rule) ? message : `${rule}: ${message}`;
}

function codes({ findings_by_code }: Report): string {
  const rows = Object.entries(findings_by_code).toSorted(([, a], [, b]) => b - a);
  return rows.length === 0 ? '' : renderTable(['code', 'findings'], rows);
}

function badRecords({ first_bad_records, quarantined }: Report): string {
  if (first_bad_records.length === 0) return '';
  const shown = first_bad_records.slice(0, SHOWN_RECORDS);
  const table = renderTable(
    ['record', 'line', 'byte', 'code', 'what is wrong', { title: 'raw', maxWidth: MAX_RAW_WIDTH }],
    shown.flatMap(recordRows),
  );
  const rest = quarantined - shown.length;
  return rest > 0 ? `${table}\n... and ${rest} more` : table;
}

function recordRows(record: QuarantineRecord): (string | number | null)[][] {
  return record.findings.map((finding, index) => {
    const { code } = finding;
    const wrong = whatIsWrong(finding);
    return index === 0
      ? [record.record, record.line, record.byte_offset, code, wrong, record.raw ?? `base64 ${record.raw_base64 ?? ''}`]
      : [null, null, null, code, wrong, null];
  });
}
