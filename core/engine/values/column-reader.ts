/**
 * One column's way from a text to a checked value: NULL, default, type, then every limit of the spec. A column has at
 * most one of ENCODING_INVALID, NULL_NOT_ALLOWED (or FIELD_MISSING) and TYPE_MISMATCH; a value of the right type has a
 * finding for each limit that it breaks.
 */
import type { Column, SourceSpec } from '../../spec/source-spec.ts';
import type { Value } from '../../types/column-type.ts';
import { readValue, type ReadOptions } from '../../types/read-value.ts';
import { expectedFound, shownText } from '../findings/shown-text.ts';
import type { FindingCode } from '../findings/catalogue.ts';
import type { Finding } from '../report.ts';
import { compileLimits, type CheckLimits } from './column-limits.ts';
import { fastReader, type FastReader } from './fast-readers.ts';
import { CELL, type CellKind } from './raw-cells.ts';
import { SeenValues } from './seen-values.ts';

export class ColumnReader {
  readonly column: Column;
  /** Digits below the microsecond of the value that was read last; only for precision ns. */
  nanos: number | null = null;
  private readonly options: ReadOptions;
  private readonly literalOptions: ReadOptions;
  private readonly nullValues: ReadonlySet<string>;
  private readonly trims: boolean;
  private readonly keepsEmpty: boolean;
  private readonly checkLimits: CheckLimits | null;
  private readonly fast: FastReader | undefined;
  /** null where a value is more than its text says: digits of nanoseconds, bytes that could be changed. */
  private readonly seen: SeenValues | null;

  constructor(column: Column, spec: SourceSpec) {
    this.column = column;
    const options = { format: column.format, timezone: column.timezone, precision: column.precision };
    this.options = { ...options, decimalSeparator: spec.source.csv.decimal_separator };
    this.literalOptions = { ...options, decimalSeparator: '.' };
    this.nullValues = new Set(spec.source.csv.null_values);
    this.trims = column.type.kind === 'STRING' && (spec.processing.identity?.columns.includes(column.name) ?? false);
    this.keepsEmpty = column.type.kind === 'STRING';
    this.checkLimits = compileLimits(column);
    this.fast = fastReader(column, spec.source.csv.decimal_separator);
    const isPlain = column.precision !== 'ns' && column.type.kind !== 'BYTES';
    // Short cuts take less time than a look-up, unless limits of a text come behind them.
    const isShort = this.fast !== undefined && (column.type.kind !== 'STRING' || this.checkLimits === null);
    this.seen = isPlain && !isShort ? new SeenValues() : null;
  }

  /** The value, or undefined after it has added what is wrong to `findings`. */
  read(rawText: string | null, kind: CellKind, findings: Finding[]): Value | undefined {
    if (kind <= CELL.QUOTED && rawText !== null && this.seen !== null) {
      const seen = this.seen.get(rawText);
      if (seen !== undefined) {
        this.nanos = 0;
        return seen;
      }
      const value = this.readAnew(rawText, kind, findings);
      // An empty text, or one of blanks that are trimmed, means different things as it is quoted or not.
      if (value !== undefined && value !== null && (this.trims ? trimBlanks(rawText) : rawText) !== '') {
        this.seen.set(rawText, value);
      }
      return value;
    }
    return this.readAnew(rawText, kind, findings);
  }

  private readAnew(rawText: string | null, kind: CellKind, findings: Finding[]): Value | undefined {
    this.nanos = null;
    if (kind === CELL.UNDECODABLE) {
      this.add(findings, 'ENCODING_INVALID', 'text in the declared encoding', rawText);
      return undefined;
    }
    const text = this.trims && rawText !== null ? trimBlanks(rawText) : rawText;
    if (text === null || kind === CELL.NULL || kind === CELL.MISSING || this.isNull(text, kind)) {
      return this.readNull(rawText, kind, findings);
    }
    if (kind === CELL.STRUCTURE && this.column.type.kind !== 'JSON') {
      this.add(findings, 'TYPE_MISMATCH', `a ${this.column.type_text}`, rawText);
      return undefined;
    }
    const fast = kind <= CELL.QUOTED && this.fast !== undefined ? this.fast(text) : undefined;
    if (fast !== undefined) {
      this.nanos = 0;
      return this.limited(fast, text, findings);
    }
    const reading = readValue(this.column.type, text, kind === CELL.LITERAL ? this.literalOptions : this.options);
    if (!reading.ok) {
      this.add(findings, 'TYPE_MISMATCH', reading.expected, text);
      return undefined;
    }
    this.nanos = reading.nanos ?? 0;
    return this.limited(reading.value, text, findings);
  }

  private limited(value: Value, text: string, findings: Finding[]): Value | undefined {
    if (this.checkLimits === null) {
      return value;
    }
    const before = findings.length;
    this.checkLimits(value, (code, expected) => this.add(findings, code, expected, text));
    return findings.length > before ? undefined : value;
  }

  /** An element of a list: a list has no NULL in it. */
  readElement(text: string | null, kind: CellKind, findings: Finding[]): Value | undefined {
    const value = this.read(text, kind, findings);
    if (value === null) {
      this.add(findings, 'NULL_NOT_ALLOWED', `a list of ${this.column.type_text} without NULL`, text);
      return undefined;
    }
    return value;
  }

  /** Something that is no list stands where one is expected. */
  refuseAsList(text: string | null, kind: CellKind, findings: Finding[]): void {
    const code = kind === CELL.MISSING ? 'FIELD_MISSING' : kind === CELL.NULL ? 'NULL_NOT_ALLOWED' : 'TYPE_MISMATCH';
    this.add(findings, code, `a list of ${this.column.type_text}`, text);
  }

  private isNull(text: string, kind: CellKind): boolean {
    if (text === '') {
      return kind !== CELL.QUOTED || !this.keepsEmpty || this.nullValues.has('');
    }
    return this.nullValues.size > 0 && this.nullValues.has(text);
  }

  private readNull(rawText: string | null, kind: CellKind, findings: Finding[]): Value | undefined {
    const { column } = this;
    if (column.default !== null) {
      this.nanos = 0;
      return column.default;
    }
    if (column.nullable) {
      return null;
    }
    this.add(findings, kind === CELL.MISSING ? 'FIELD_MISSING' : 'NULL_NOT_ALLOWED', `a ${column.type_text}`, rawText);
    return undefined;
  }

  private add(findings: Finding[], code: FindingCode, expected: string, found: string | null): void {
    const { name } = this.column;
    findings.push({
      code,
      column: name,
      rule: null,
      found: found === null ? null : shownText(found),
      expected,
      message: expectedFound(name, expected, found),
    });
  }
}

/** Spaces and tabs at both ends. */
function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) {
    from += 1;
  }
  while (to > from && isBlank(text.charCodeAt(to - 1))) {
    to -= 1;
  }
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
