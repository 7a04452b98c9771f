/**
 * The source of a CSV scanner for one spec and header: a function that takes good rows from the bytes, one after another,
 * straight into the column buffers, and stops before the first row that it cannot prove. Everything that becomes code is
 * made here from the typed spec; no text of the YAML does.
 *
 * A row is only counted (`r`, `k<i>`) once all of its columns are read, so that a row which is left leaves nothing behind.
 */
import type { ScanDialect } from '../records/csv/csv-scanner.ts';
import { prepareSource, type CompiledRowRule } from './rule-source.ts';
import type { ScanColumn } from './scan-column.ts';
import { EXIT } from './scan-exit.ts';
import { textCommit, textLocals, textSource } from './text-source.ts';
import { limitSource, storeSource, valueSource } from './value-source.ts';

export interface CsvScannerPlan {
  readonly columns: readonly ScanColumn[];
  /** By field of the record: the column that it is, null for one that is not loaded. */
  readonly fields: readonly (ScanColumn | null)[];
  readonly dialect: ScanDialect;
  /** First byte of a comment, -1 without. */
  readonly comment: number;
  /** The last record is a trailer: a row is taken only where another record follows for certain. */
  readonly hasTrailer: boolean;
  readonly decimalSeparator: '.' | ',';
  readonly maxRecordBytes: number;
  readonly rules: readonly CompiledRowRule[];
  /** Columns of keys that may stand once in a file, by their place in the schema. */
  readonly keyColumns: readonly number[];
}

const LF = 10;
const CR = 13;

/** Of a function that gives the position where it stopped; S.exit says why. */
export function csvScannerSource(plan: CsvScannerPlan): string {
  const { columns, fields } = plan;
  const fieldCode = fields.map((column, place) => fieldSource(column, place, plan)).join('\n');
  return `"use strict";
  return function scanRows(S, T, b, view, from, stop, limit, final) {
  ${columns.map(locals).join('\n')}
  const R = S.staged, rb = R.recordBase, lb = R.lineBase, ob = R.offsetBase - S.base, limits = S.limits, POWERS = S.powers, LIMITS = S.powerLimits;
  const ra = R.records.values, la = R.lines.values, oa = R.offsets.values, na = R.lengths.values, ha = R.hashes.words;
  let r = R.rows, hc = R.hashes.count, record = S.record, line = S.line, exit = ${EXIT.STOP}, p = from, follow = S.followBytes, followed = S.followCount;
  const cap = S.capacity;
  let a = 0, s = 0, n = 0, c = 0, d = 0, e = 0, g = false, m = 0, q = false, o = null, x = 0, y = 0, end = 0, start = 0;
  rows: while (p < stop) {
    start = p;
    if (r >= cap) { exit = ${EXIT.FULL}; break; }
    fast: {
      c = b[p];
      if (c === ${LF} || c === ${CR}${plan.comment < 0 ? '' : ` || c === ${plan.comment}`}) break fast;
      y = line;
      ${fieldCode}
      end = p;
      if (p >= limit) { if (!final || p > limit) break fast; }
      else if (b[p] === ${LF}) p++;
      else if (b[p] === ${CR} && b[p + 1] === ${LF}) p += 2;
      else break fast;
      if (p > limit || end - start >= ${plan.maxRecordBytes}) break fast;
      ${trailerSource(plan)}
      ${plan.rules.map(ruleSource).join('\n')}
      ${keySource(plan)}
      ra[r] = ++record - rb; la[r] = line - lb; oa[r] = start - ob; na[r] = end - start;
      S.hash(view, start, end, ha, r * 2);
      ${columns.map(commitSource).join('\n')}
      if (p - end !== follow) { S.follows(record - 1, followed, follow); follow = p - end; followed = 0; }
      followed++;
      line = y + 1; r++;
      continue rows;
    }
    exit = ${EXIT.GENERAL}; p = start;
    break;
  }
  ${columns.map(storeLocals).join('\n')}
  R.hashes.count = r; R.rows = r; S.record = record; S.line = line; S.exit = exit; S.followBytes = follow; S.followCount = followed;
  return p;
  };`;
}

function locals({ index: i, kind, form, mayBeNull }: ScanColumn): string {
  const common = `const B${i} = S.buffers[${i}]; let k${i} = B${i}.count, n${i} = 0, u${i} = 0;`;
  const nulls = mayBeNull ? `const z${i} = B${i}.nulls.rows; let y${i} = B${i}.nulls.count;` : '';
  const time = ['date', 'compact_date', 'datetime', 'timestamp'].includes(kind) ? `const T${i} = T[${i}];` : '';
  const arrays = form === null ? '' : `const w${i} = B${i}.words, v${i} = B${i}.view;`;
  return `${common} ${nulls} ${time} ${arrays} ${kind === 'text' ? textLocals(i) : ''}`;
}

function storeLocals({ index: i, kind, mayBeNull, hasNanos }: ScanColumn): string {
  const nulls = mayBeNull ? `B${i}.nulls.count = y${i};` : '';
  const text = kind === 'text' ? `B${i}.plain.buffer.length = pl${i};` : '';
  return `B${i}.count = k${i}; ${nulls} ${text} ${hasNanos ? `S.storeNanos(${i}, k${i}, ${mayBeNull ? `y${i}` : '0'});` : ''}`;
}

/** The column's value, or NULL, counts from now on. */
function commitSource({ index: i, kind, mayBeNull }: ScanColumn): string {
  const value = `${kind === 'text' ? textCommit(i) : ''} k${i}++;`;
  return mayBeNull ? `if (u${i} !== 0) z${i}[y${i}++] = r; else { ${value} }` : value;
}

function fieldSource(column: ScanColumn | null, place: number, plan: CsvScannerPlan): string {
  const isLast = place === plan.fields.length - 1;
  const ends = isLast ? `b[p] === ${LF} || b[p] === ${CR}` : `b[p] === ${plan.dialect.delimiter}`;
  const next = isLast ? '' : 'p++;';
  if (column === null) return `${skipSource(ends, plan)} ${next}`;
  const body = column.kind === 'text' ? textField(column, ends, plan) : valueField(column, ends, plan);
  return `
      u${column.index} = 0; a = p;
      ok${column.index}: {
        bad${column.index}: {
          ${body}
          break ok${column.index};
        }
        ${column.kind === 'text' ? 'break fast;' : generalSource(column, isLast)}
      }
      ${next}`;
}

/** The general reader takes one field: still far less work than a whole row. */
function generalSource({ index: i, mayBeNull }: ScanColumn, isLast: boolean): string {
  return `c = S.field(${i}, a, k${i}, ${isLast}); if (c ${mayBeNull ? '< 0' : '!== 0'}) break fast; u${i} = c; p = S.end; n${i} = S.number; y += S.innerLines;`;
}

function valueField(column: ScanColumn, ends: string, plan: CsvScannerPlan): string {
  const { index: i } = column;
  const { quote } = plan.dialect;
  if (column.kind === 'general') return `break bad${i};`;
  const open = quote < 0 ? '' : `q = b[p] === ${quote}; if (q) p++;`;
  const close = quote < 0 ? '' : `if (q) { if (b[p] !== ${quote}) break bad${i}; p++; }`;
  const empty = column.mayBeNull ? `if (${ends}) { u${i} = 1; break ok${i}; }` : '';
  return `
          ${empty}
          ${open}
          ${valueSource(column, plan.decimalSeparator)}
          ${close}
          if (!(${ends})) break bad${i};
          ${limitSource(column)}
          ${storeSource(column)}`;
}

function textField(column: ScanColumn, ends: string, plan: CsvScannerPlan): string {
  const { index: i } = column;
  const { quote, escape, delimiter } = plan.dialect;
  const empty = column.mayBeNull ? `if (${ends}) { u${i} = 1; break ok${i}; }` : '';
  const unquoted = `s = p; for (c = b[p]; c !== ${delimiter} && c !== ${LF} && c !== ${CR}; c = b[++p]); e = p;`;
  const escapes = escape === quote ? '' : ` && c !== ${escape}`;
  const quoted = `
            s = ++p;
            for (c = b[p]; c !== ${quote}${escapes} && p < limit; c = b[++p]) if (c === ${CR} || (c === ${LF} && b[p - 1] !== ${CR})) y++;
            if (c !== ${quote} || p >= limit || b[p + 1] === ${quote}) break bad${i};
            e = p++;`;
  const bounds = quote < 0 ? unquoted : `q = b[p] === ${quote}; if (q) { ${quoted} } else { ${unquoted} }`;
  const refused = column.mayBeNull ? `if (t${i} < -2) { if (t${i} === -3) break bad${i}; u${i} = 1; }` : `if (t${i} < -2) break bad${i};`;
  return `${empty} ${bounds} if (!(${ends})) break bad${i}; ${textSource(i)} ${refused}`;
}

/** A field that is not loaded: its bytes must be plain text. */
function skipSource(ends: string, plan: CsvScannerPlan): string {
  const { quote, delimiter } = plan.dialect;
  const open = quote < 0 ? '' : `if (b[p] === ${quote}) break fast;`;
  return `${open} x = 0; for (c = b[p]; c !== ${delimiter} && c !== ${LF} && c !== ${CR}; c = b[++p]) x |= c; if (x > 127 || !(${ends})) break fast;`;
}

function trailerSource({ hasTrailer, comment }: CsvScannerPlan): string {
  if (!hasTrailer) return '';
  const other = comment < 0 ? '' : ` || b[p] === ${comment}`;
  return `if (p >= limit || b[p] === ${LF} || b[p] === ${CR}${other}) break fast;`;
}

function keySource({ columns, keyColumns }: CsvScannerPlan): string {
  return keyColumns.length === 0 ? '' : `${prepareSource(columns, keyColumns)} if (!S.keysHold()) break fast;`;
}

function ruleSource(rule: CompiledRowRule, place: number): string {
  const general = `${rule.prepare} if (!S.ruleHolds(${place})) break fast;`;
  if (rule.source === null) return general;
  return `o = ${rule.source}; if (o === false) break fast; if (o === undefined) { ${general} }`;
}
