/** Holds a file to what its control file states: number of records, checksum, totals. */
import type { Severity, SourceSpec } from '../../spec/source-spec.ts';
import { parseDecimal, printDecimal, rescaleExact } from '../../types/decimal.ts';
import type { DigestName } from '../bytes/digests.ts';
import { fileFinding } from '../findings/file-finding.ts';
import type { ControlComparison, Finding } from '../report.ts';
import type { ColumnTotal } from './control-totals.ts';
import type { ControlStatement } from './control-statement.ts';

export interface FileFacts {
  /** Records of the file, refused ones too. */
  readonly records: number;
  readonly delivered: ReadonlyMap<DigestName, string>;
  /** Empty where the file came uncompressed. */
  readonly decompressed: ReadonlyMap<DigestName, string>;
  readonly totals: readonly ColumnTotal[];
}

export interface ComparedControl {
  readonly comparison: ControlComparison;
  readonly findings: readonly { readonly finding: Finding; readonly severity: Severity }[];
}

/** `file` is the control file's name, null for a record of the data file. */
export function compareControl(statement: ControlStatement, file: string | null, spec: SourceSpec, facts: FileFacts): ComparedControl {
  const findings: { finding: Finding; severity: Severity }[] = [];
  const comparison: ControlComparison = {
    file,
    row_count: compareCount(statement, facts),
    checksum: compareChecksum(statement, spec, facts),
    totals: statement.totals.map((stated) => compareTotal(stated, facts)),
  };
  const { row_count: count, checksum } = comparison;
  if (count?.matches === false) {
    const message = `The control file states ${count.expected} records, the file has ${count.found}.`;
    findings.push({ severity: countSeverity(spec), finding: fileFinding('CONTROL_COUNT', message, count) });
  }
  if (checksum?.matches === false) {
    const message = `The control file states another ${checksum.algorithm} than the file has.`;
    findings.push({ severity: 'error', finding: fileFinding('CONTROL_CHECKSUM', message, checksum) });
  }
  for (const total of comparison.totals) {
    const unread = facts.totals.find(({ column }) => column === total.column)?.unread ?? 0;
    if (!total.matches) {
      findings.push(totalFinding(total, unread));
    }
  }
  return { comparison, findings };
}

function compareCount({ row_count: stated }: ControlStatement, facts: FileFacts): ControlComparison['row_count'] {
  if (stated === null) {
    return null;
  }
  const found = String(facts.records);
  return { expected: stated, found, matches: BigInt(stated) === BigInt(facts.records) };
}

/** The rule `row_count matches control file` may make it a warning. */
function countSeverity(spec: SourceSpec): Severity {
  const rule = spec.validation.file_level.find(({ check }) => check.kind === 'row_count_matches_control_file');
  return rule?.severity ?? 'error';
}

function compareChecksum({ checksum: stated }: ControlStatement, spec: SourceSpec, facts: FileFacts): ControlComparison['checksum'] {
  const algorithm = stated === null ? null : checksumAlgorithm(stated, spec);
  if (stated === null) {
    return null;
  }
  if (algorithm === null) {
    // A text of a length that no algorithm has can match nothing.
    const found = facts.delivered.get('sha256') ?? '';
    return { algorithm: 'sha256', expected: stated, found, over: null, matches: false };
  }
  const delivered = facts.delivered.get(algorithm) ?? '';
  const wanted = stated.toLowerCase();
  const over = delivered === wanted ? 'delivered' : facts.decompressed.get(algorithm) === wanted ? 'decompressed' : null;
  return { algorithm, expected: stated, found: over === null ? delivered : wanted, over, matches: over !== null };
}

/** As the spec says, else told by the length of its hex digits; null where it has the length of none. */
export function checksumAlgorithm(text: string, spec: SourceSpec): DigestName | null {
  const named = spec.control_file?.checksum_algorithm ?? null;
  if (named !== null) {
    return named;
  }
  return text.length === 32 ? 'md5' : text.length === 64 ? 'sha256' : text.length === 8 ? 'crc32c' : null;
}

function compareTotal({ column, text }: ControlStatement['totals'][number], facts: FileFacts): ControlComparison['totals'][number] {
  const total = facts.totals.find((each) => each.column === column);
  const scale = total?.scale ?? 0;
  const sum = total?.sum ?? 0n;
  const stated = parseDecimal(text);
  const expected = stated === undefined ? undefined : rescaleExact(stated.digits, stated.scale, scale);
  return { column, expected: text, found: printDecimal(sum, scale), matches: expected === sum };
}

/** Where values could not be read the total proves nothing: their records are refused one by one already. */
function totalFinding(
  total: ControlComparison['totals'][number],
  unread: number,
): { readonly finding: Finding; readonly severity: Severity } {
  const lacks = unread === 0 ? '' : ` (without ${unread} ${unread === 1 ? 'record' : 'records'} whose value was refused)`;
  const message = `The control file states a total of ${total.expected} for ${total.column}, the file has ${total.found}${lacks}.`;
  const finding = fileFinding('CONTROL_TOTAL', message, total);
  return { finding, severity: unread === 0 ? 'error' : 'warning' };
}
