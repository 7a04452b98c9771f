/**
 * Judges the records of one file as its reader splits them: each is staged, refused or held, and counted. It keeps what
 * the report needs, never the records.
 */
import type { FindingCode } from './findings/catalogue.ts';
import type { EngineLimits } from './limits.ts';
import { cutSample } from './output/cut-sample.ts';
import type { NonRecordKind, RecordOutput, RecordSpan } from './output/file-output.ts';
import { maskSample } from './output/mask-sample.ts';
import { quarantineRecord } from './output/quarantine-record.ts';
import type { ControlTotals } from './control/control-totals.ts';
import type { RecordChecker } from './record-checker.ts';
import type { FileRules } from './rules/file-rules.ts';
import type { RecordKeys } from './uniqueness/record-keys.ts';
import type { RecordPlace, RecordSink } from './records/record-reader.ts';
import type { Finding, Report, ReportedRecord, ValidationJob } from './report.ts';
import type { RawCells, RecordFault } from './values/raw-cells.ts';

export type FileFinding = Report['file_findings'][number];

/** What looks at the records besides the checker. */
export interface JudgeParts {
  readonly checker: RecordChecker;
  readonly output: RecordOutput;
  readonly keys: RecordKeys;
  readonly rules: FileRules;
  readonly totals: ControlTotals;
}

/** What a judge counted. Plain data: it passes between threads. */
export interface JudgeCounts {
  readonly records: number;
  readonly good: number;
  readonly held: number;
  readonly bad: number;
  readonly warnings: number;
  readonly duplicates: number;
  readonly byCode: readonly (readonly [FindingCode, number])[];
  readonly warningsByRule: readonly (readonly [string, number])[];
  readonly firstBad: readonly ReportedRecord[];
  readonly fileFindings: readonly FileFinding[];
  readonly controlFields: readonly string[] | null;
}

export class FileJudge implements RecordSink {
  records = 0;
  good = 0;
  held = 0;
  bad = 0;
  warnings = 0;
  duplicates = 0;
  readonly byCode = new Map<FindingCode, number>();
  readonly warningsByRule = new Map<string, number>();
  readonly fileFindings: FileFinding[] = [];
  readonly firstBad: ReportedRecord[] = [];
  controlFields: readonly string[] | null = null;
  /** A record that is good is not staged for the moment, only told of here. */
  private isProbing = false;
  private foundGood = false;

  private readonly job: ValidationJob;
  private readonly limits: EngineLimits;
  private readonly parts: JudgeParts;
  private readonly output: RecordOutput;

  constructor(job: ValidationJob, limits: EngineLimits, parts: JudgeParts) {
    this.job = job;
    this.limits = limits;
    this.parts = parts;
    this.output = parts.output;
  }

  /** The file fails for a reason that is already known. */
  get hasFailed(): boolean {
    return this.fileFindings.some((finding) => finding.severity === 'error');
  }

  /** What it is given up to endProbe() counts, unless it is one good record. Not where there are keys or totals. */
  beginProbe(): void {
    this.isProbing = true;
    this.foundGood = false;
  }

  /** False where it was one good record: nothing has happened then. */
  endProbe(): boolean {
    this.isProbing = false;
    return !this.foundGood;
  }

  record(place: RecordPlace, raw: Buffer, cells: RawCells): void {
    const { checker, keys, rules, totals } = this.parts;
    const span = this.nextSpan(place);
    const checked = checker.check(cells);
    totals.add(checked.values, checked.findings);
    if (checked.findings.length > 0) {
      this.refuse(span, raw, checked.findings);
      return;
    }
    if (this.isProbing) {
      this.foundGood = true;
      this.records -= 1;
      return;
    }
    const duplicates = keys.duplicates(checked.values);
    if (duplicates.length > 0) {
      this.duplicates += 1;
      this.refuse(span, raw, duplicates);
      return;
    }
    const repeated = keys.remember(checked.values);
    const warnings = repeated.length > 0 ? [...checked.warnings, ...repeated] : checked.warnings;
    this.good += 1;
    this.output.stage(span, raw, checked.cells, cells.extra, warnings.length > 0 ? this.countWarnings(warnings) : null);
    rules.staged(checked.values);
  }

  broken(place: RecordPlace, raw: Buffer, fault: RecordFault): void {
    this.parts.totals.addUnread();
    this.refuse(this.nextSpan(place), raw, [{ ...fault, rule: null }]);
  }

  heldRecord(place: RecordPlace): void {
    this.held += 1;
    this.output.hold(this.nextSpan(place));
  }

  nonRecord(kind: NonRecordKind, byteOffset: number, byteLength: number): void {
    if (byteLength > 0 && !(this.isProbing && this.foundGood)) {
      this.output.nonRecord(kind, byteOffset, byteLength);
    }
  }

  failFile(finding: Finding): void {
    this.fileFinding(finding, 'error');
  }

  controlRecord(fields: readonly string[]): void {
    this.controlFields = fields;
  }

  fileFinding(finding: Finding, severity: FileFinding['severity']): void {
    if (severity === 'error') {
      this.count(finding.code);
    }
    if (this.fileFindings.length < this.limits.maxFileFindings) {
      this.fileFindings.push({ ...finding, severity });
    }
  }

  /** Records that were judged by another one, behind those of this one. */
  merge(counts: JudgeCounts, lines: number): void {
    for (const record of counts.firstBad) {
      if (this.firstBad.length >= this.limits.maxReportedRecords) break;
      this.firstBad.push({ ...record, record: record.record + this.records, line: record.line === null ? null : record.line + lines });
    }
    for (const field of ['records', 'good', 'held', 'bad', 'warnings', 'duplicates'] as const) this[field] += counts[field];
    for (const [code, count] of counts.byCode) this.byCode.set(code, (this.byCode.get(code) ?? 0) + count);
    this.controlFields = counts.controlFields ?? this.controlFields;
    for (const finding of counts.fileFindings) if (this.fileFindings.length < this.limits.maxFileFindings) this.fileFindings.push(finding);
    for (const [rule, count] of counts.warningsByRule) this.warningsByRule.set(rule, (this.warningsByRule.get(rule) ?? 0) + count);
  }

  /** What it counted since the last call. */
  take(): JudgeCounts {
    const { records, good, held, bad, warnings, duplicates } = this;
    const lists = { byCode: [...this.byCode], warningsByRule: [...this.warningsByRule], firstBad: [...this.firstBad] };
    const file = { fileFindings: [...this.fileFindings], controlFields: this.controlFields };
    for (const field of ['records', 'good', 'held', 'bad', 'warnings', 'duplicates'] as const) this[field] = 0;
    this.byCode.clear();
    this.warningsByRule.clear();
    this.firstBad.length = 0;
    this.fileFindings.length = 0;
    this.controlFields = null;
    return { records, good, held, bad, warnings, duplicates, ...lists, ...file };
  }

  private nextSpan({ line, byteOffset, byteLength }: RecordPlace): RecordSpan {
    this.records += 1;
    return { record: this.records, line, byteOffset, byteLength };
  }

  private refuse(span: RecordSpan, raw: Buffer, findings: readonly Finding[]): void {
    this.bad += 1;
    for (const { code } of findings) {
      this.count(code);
    }
    if (this.firstBad.length < this.limits.maxReportedRecords) {
      const { load_id, file, now } = this.job;
      const record = quarantineRecord({ load_id, file, at: now }, span, raw, findings);
      this.firstBad.push(cutSample(maskSample(record, this.job.spec), this.limits.maxReportedRecordBytes));
    }
    this.output.quarantine(span, raw, findings);
  }

  private count(code: FindingCode): void {
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
  }

  private countWarnings(warnings: readonly Finding[]): string {
    for (const { rule, code } of warnings) {
      const name = rule ?? code;
      this.warnings += 1;
      this.warningsByRule.set(name, (this.warningsByRule.get(name) ?? 0) + 1);
    }
    return JSON.stringify(warnings);
  }
}
