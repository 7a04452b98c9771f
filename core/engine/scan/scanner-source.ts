/**
 * What the scanners of all formats have in common: the loop over rows, the cursors of the columns, lineage and rules. The
 * code of a format reads one row at `p`; what it cannot prove it leaves with `break fast`.
 *
 * A row is only counted (`r`, `k<i>`) once all of its columns are read, so that a row which is left leaves nothing behind.
 */
import { prepareSource, type CompiledRowRule } from './rule-source.ts';
import type { ScannerPlan } from './scanner-plan.ts';
import type { ScanColumn } from './scan-column.ts';
import { EXIT } from './scan-exit.ts';
import { textCommit, textLocals } from './text-source.ts';
import { DAY_LOCALS, VALUE_LOCALS } from './value-source.ts';

export interface ScannerParts extends ScannerPlan {
  /** Reads the row that begins at `p`: `end` is behind it then, `p` behind what follows it, `y` the line there. */
  readonly row: string;
}

/** Behind a record of one line: its line end, or the end of the file. */
export const LINE_END_SOURCE = `
      if (p >= limit) { if (!final || p > limit) break fast; }
      else if (b[p] === 10) p++;
      else if (b[p] === 13 && b[p + 1] === 10) p += 2;
      else break fast;
      y++;`;

/** Of a function that gives the position where it stopped; S.exit says why. */
export function scannerSource(parts: ScannerParts): string {
  const { columns } = parts;
  return `"use strict";
  return function scanRows(S, T, b, view, from, stop, limit, final) {
  ${columns.map(locals).join('\n')}
  const R = S.staged, rb = R.recordBase, lb = R.lineBase, ob = R.offsetBase - S.base, limits = S.limits, POWERS = S.powers, LIMITS = S.powerLimits;
  const ra = R.records.values, la = R.lines.values, oa = R.offsets.values, na = R.lengths.values;
  const first = S.firstRow, notedFrom = S.notedFrom, cap = S.capacity;
  let r = R.rows, record = S.record, line = S.line, exit = ${EXIT.STOP}, p = from, reached = from;
  let ${DAY_LOCALS}, ${VALUE_LOCALS}, j = 0, a = 0, q = false, o = null, y = 0, end = 0, start = 0;
  ${rowLoop(parts)}
  ${columns.map(storeLocals).join('\n')}
  R.rows = r; S.record = record; S.line = line; S.exit = exit;
  return p;
  };`;
}

/** From row to row; \`exit\` says why it ends, and \`reached\` how far a row was read that is left. */
export function rowLoop(parts: ScannerParts): string {
  const { columns, rules, keyColumns, maxRecordBytes, row } = parts;
  return `
  rows: while (p < stop) {
    start = p;
    if (r >= cap) { exit = ${EXIT.FULL}; break; }
    fast: {
      y = line; j = (r - first) * 2;
      ${row}
      if (p > limit || end - start >= ${maxRecordBytes}) break fast;
      ${rules.map(ruleSource).join('\n')}
      ${keySource(columns, keyColumns)}
      ${totalsSource(parts)}
      ${aggregatesSource(parts)}
      ra[r] = ++record - rb; la[r] = line - lb; oa[r] = start - ob; na[r] = end - start;
      ${columns.map(commitSource).join('\n')}
      line = y; r++;
      continue rows;
    }
    exit = ${EXIT.GENERAL}; reached = p; p = start;
    break;
  }`;
}

function locals({ index: i, kind, form, mayBeNull, isDeferred }: ScanColumn): string {
  if (isDeferred) return `const N${i} = S.notes[${i}];`;
  const common = `const B${i} = S.buffers[${i}]; let k${i} = B${i}.count, n${i} = 0, u${i} = 0;`;
  const nulls = mayBeNull ? `const z${i} = B${i}.nulls.rows; let y${i} = B${i}.nulls.count;` : '';
  const time = ['date', 'compact_date', 'datetime', 'timestamp'].includes(kind) ? `const T${i} = T[${i}];` : '';
  const arrays = form === null ? '' : `const w${i} = B${i}.words, v${i} = B${i}.view;`;
  return `${common} ${nulls} ${time} ${arrays} ${kind === 'text' ? textLocals(i) : ''}`;
}

function storeLocals({ index: i, kind, mayBeNull, hasNanos, isDeferred }: ScanColumn): string {
  if (isDeferred) return '';
  const nulls = mayBeNull ? `B${i}.nulls.count = y${i};` : '';
  const text = kind === 'text' ? `B${i}.plain.buffer.length = pl${i};` : '';
  return `B${i}.count = k${i}; ${nulls} ${text} ${hasNanos ? `S.storeNanos(${i}, k${i}, ${mayBeNull ? `y${i}` : '0'});` : ''}`;
}

/** The column's value, or NULL, counts from now on. */
function commitSource({ index: i, kind, mayBeNull, isDeferred }: ScanColumn): string {
  if (isDeferred) return '';
  const value = `${kind === 'text' ? textCommit(i) : ''} k${i}++;`;
  return mayBeNull ? `if (u${i} !== 0) z${i}[y${i}++] = r; else { ${value} }` : value;
}

function ruleSource(rule: CompiledRowRule, place: number): string {
  const general = `${rule.prepare} if (!S.ruleHolds(${place})) break fast;`;
  if (rule.source === null) return general;
  return `o = ${rule.source}; if (o === false) break fast; if (o === undefined) { ${general} }`;
}

function keySource(columns: readonly ScanColumn[], keyColumns: readonly number[]): string {
  return keyColumns.length === 0 ? '' : `${prepareSource(columns, keyColumns)} if (!S.keysHold()) break fast;`;
}

/** The row is good by now: what is added stays. */
function totalsSource({ columns, totalColumns }: ScannerParts): string {
  const calls = totalColumns.map((place, total) => {
    const column = columns[place];
    // A value of another kind has no part in a total.
    if (column === undefined || !['INT64', 'DECIMAL'].includes(column.column.type.kind)) return '';
    return `if (u${place} === 0) S.addTotal(${total}, ${place}, n${place}, k${place});`;
  });
  return calls.join(' ');
}

function aggregatesSource({ columns, aggregateColumns }: ScannerParts): string {
  return aggregateColumns === null ? '' : `${prepareSource(columns, aggregateColumns)} S.addAggregates();`;
}
