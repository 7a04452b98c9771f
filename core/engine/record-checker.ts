/**
 * Judges one record: its texts become typed cells, or findings with everything that is wrong. The same function serves
 * files, inline tests of specs and streams.
 */
import type { SourceSpec } from '../spec/source-spec.ts';
import type { Value } from '../types/column-type.ts';
import type { Cell } from './output/file-output.ts';
import { hasNanos } from './output-columns.ts';
import type { Finding } from './report.ts';
import { compileRowRules, type RowRules } from './rules/row-rules.ts';
import { ColumnReader } from './values/column-reader.ts';
import { CELL, type RawCells } from './values/raw-cells.ts';

export interface CheckedRecord {
  /** Errors, columns first, then rules; empty for a good record. */
  readonly findings: readonly Finding[];
  /** Rules of severity warning that the record breaks; only looked at when there is no error. */
  readonly warnings: readonly Finding[];
  /** In the order of outputColumns(spec). Filled anew by every call; meaningless where there are findings. */
  readonly cells: readonly Cell[];
  /** The same by the schema's columns alone, as rules and keys read them. */
  readonly values: readonly Cell[];
}

export interface RecordChecker {
  check(raw: RawCells): CheckedRecord;
  /** Moves current_timestamp() of the rules to `now`, for whoever judges longer than a run. */
  at(now: string): void;
}

const NO_FINDINGS: readonly Finding[] = [];

/** `now` is current_timestamp() of the rules, ISO 8601 UTC with 6 digits. */
export function createRecordChecker(spec: SourceSpec, options: { readonly now: string }): RecordChecker {
  return new SchemaChecker(spec, compileRowRules(spec, options.now));
}

class SchemaChecker implements RecordChecker {
  private readonly readers: readonly ColumnReader[];
  private readonly repeated: readonly boolean[];
  private readonly withNanos: readonly boolean[];
  private readonly rules: RowRules;
  private readonly cells: Cell[] = [];
  private readonly values: Cell[];
  private readonly failed: boolean[];

  constructor(spec: SourceSpec, rules: RowRules) {
    this.readers = spec.schema.map((column) => new ColumnReader(column, spec));
    this.repeated = spec.schema.map((column) => column.mode === 'REPEATED');
    this.withNanos = spec.schema.map(hasNanos);
    this.rules = rules;
    this.values = spec.schema.map(() => null);
    this.failed = spec.schema.map(() => false);
  }

  at(now: string): void {
    this.rules.at(now);
  }

  check(raw: RawCells): CheckedRecord {
    const { readers, cells, values, failed } = this;
    const found: Finding[] = [];
    let output = 0;
    for (let index = 0; index < readers.length; index += 1) {
      const reader = readers[index] as ColumnReader;
      let nanos: Cell;
      let value: Cell | undefined;
      if (this.repeated[index] === true) {
        const lists = readList(reader, raw, index, found);
        value = lists?.values;
        nanos = lists?.nanos ?? null;
      } else {
        value = reader.read(raw.texts[index] as string | null, raw.kinds[index] ?? CELL.MISSING, found);
        nanos = value === null || reader.nanos === null ? null : BigInt(reader.nanos);
      }
      failed[index] = value === undefined;
      values[index] = value ?? null;
      cells[output] = value ?? null;
      output += 1;
      if (this.withNanos[index] === true) {
        cells[output] = nanos;
        output += 1;
      }
    }
    for (const fault of raw.faults) {
      found.push({ ...fault, rule: null });
    }
    this.rules.errors(values, failed, found);
    const warnings = found.length === 0 && this.rules.hasWarnings ? this.rules.warnings(values) : NO_FINDINGS;
    return { findings: found, warnings, cells, values };
  }
}

/** A REPEATED column has a finding for its first bad element only. An absent list is empty where the column may be NULL. */
function readList(
  reader: ColumnReader,
  raw: RawCells,
  index: number,
  findings: Finding[],
): { values: readonly Value[]; nanos: readonly Value[] } | undefined {
  const list = raw.lists[index] ?? null;
  if (list === null) {
    const kind = raw.kinds[index] ?? CELL.MISSING;
    const empty = kind === CELL.MISSING || kind === CELL.NULL;
    if (empty && reader.column.nullable) {
      return { values: [], nanos: [] };
    }
    reader.refuseAsList(raw.texts[index] ?? null, kind, findings);
    return undefined;
  }
  const values: Value[] = [];
  const nanos: Value[] = [];
  for (const { text, kind } of list) {
    const value = reader.readElement(text, kind, findings);
    if (value === undefined) {
      return undefined;
    }
    values.push(value);
    nanos.push(BigInt(reader.nanos ?? 0));
  }
  return { values, nanos };
}
