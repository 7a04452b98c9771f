/**
 * The source of a CSV scanner for one spec and header, which takes good rows from the bytes, one after another,
 * straight into the column buffers, and stops before the first row that it cannot prove. Everything that becomes code is
 * made here from the typed spec; no text of the YAML does.
 */
import type { ScanDialect } from '../records/csv/csv-scanner.ts';
import type { ScannerPlan } from './scanner-plan.ts';
import { LINE_END_SOURCE, type ScannerParts } from './scanner-source.ts';
import type { ScanColumn } from './scan-column.ts';
import { skipWords } from './skip-words.ts';
import { noteSource, nullSource, textSource } from './text-source.ts';
import { limitSource, storeSource, valueSource } from './value-source.ts';

export interface CsvScannerPlan extends ScannerPlan {
  /** By field of the record: the column that it is, null for one that is not loaded. */
  readonly fields: readonly (ScanColumn | null)[];
  readonly dialect: ScanDialect;
  /** First byte of a comment, -1 without. */
  readonly comment: number;
  /** An empty text between quotes is NULL; without quotes every empty field is. */
  readonly quotedEmptyIsNull: boolean;
  /** The last record is a trailer: a row is taken only where another record follows for certain. */
  readonly hasTrailer: boolean;
}

const LF = 10;
const CR = 13;
/** Line ends are below it. */
const CONTROLS = 14;
/** So far from its first line end on a text between quotes is looked at: the quote behind one that is not closed may be far away. */
const MAX_INNER_BYTES = 4096;

/** The plan with the code that reads one row. */
export function csvScannerParts(plan: CsvScannerPlan): ScannerParts {
  const { fields } = plan;
  const fieldCode = fields.map((column, place) => fieldSource(column, place, plan)).join('\n');
  const row = `
      c = b[p];
      if (c === ${LF} || c === ${CR}${plan.comment < 0 ? '' : ` || c === ${plan.comment}`}) break fast;
      ${fieldCode}
      end = p;
      ${LINE_END_SOURCE}
      ${trailerSource(plan)}`;
  return { ...plan, row };
}

function fieldSource(column: ScanColumn | null, place: number, plan: CsvScannerPlan): string {
  const isLast = place === plan.fields.length - 1;
  const ends = isLast ? `b[p] === ${LF} || b[p] === ${CR}` : `b[p] === ${plan.dialect.delimiter}`;
  const next = isLast ? '' : 'p++;';
  if (column === null) return `${skipSource(ends, plan)} ${next}`;
  if (column.isDeferred) return `${deferredField(column, ends, plan)} ${next}`;
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
  return `c = S.field(${i}, a, k${i}, ${isLast ? 1 : 0}); if (c ${mayBeNull ? '< 0' : '!== 0'}) break fast; u${i} = c; p = S.end; n${i} = S.number; y += S.innerLines;`;
}

function valueField(column: ScanColumn, ends: string, plan: CsvScannerPlan): string {
  const { index: i } = column;
  const { quote } = plan.dialect;
  if (column.kind === 'general') return `break bad${i};`;
  const open = quote < 0 ? '' : `q = b[p] === ${quote}; if (q) p++;`;
  const emptyQuoted =
    quote < 0 || !column.mayBeNull ? '' : `if (q && b[p] === ${quote}) { p++; if (!(${ends})) break bad${i}; u${i} = 1; break ok${i}; }`;
  const close = quote < 0 ? '' : `if (q) { if (b[p] !== ${quote}) break bad${i}; p++; }`;
  const empty = column.mayBeNull ? `if (${ends}) { u${i} = 1; break ok${i}; }` : '';
  return `
          ${empty}
          ${open}
          ${emptyQuoted}
          ${valueSource(column, plan.decimalSeparator)}
          ${close}
          if (!(${ends})) break bad${i};
          ${limitSource(column)}
          ${storeSource(column)}`;
}

/** Only notes where the text stands. */
function deferredField(column: ScanColumn, ends: string, plan: CsvScannerPlan): string {
  const place = noteSource(column.index, plan.dialect.quote < 0 ? 'false' : 'q');
  const text = mayBeQuotedNull(column, plan) ? `if (q && s === e) { ${nullSource(column)} } else { ${place} }` : place;
  const note = `${boundsSource(plan, 'fast')} if (!(${ends})) break fast; ${text}`;
  return column.mayBeNull ? `if (${ends}) { ${nullSource(column)} } else { ${note} }` : note;
}

function textField(column: ScanColumn, ends: string, plan: CsvScannerPlan): string {
  const { index: i } = column;
  const empty = column.mayBeNull ? `if (${ends}) { u${i} = 1; break ok${i}; }` : '';
  const refused = column.mayBeNull ? `if (t${i} < -2) { if (t${i} === -3) break bad${i}; u${i} = 1; }` : `if (t${i} < -2) break bad${i};`;
  const quotedNull = mayBeQuotedNull(column, plan) ? `if (q && s === e) { u${i} = 1; break ok${i}; }` : '';
  return `${empty} ${boundsSource(plan, `bad${i}`)} if (!(${ends})) break bad${i}; ${quotedNull} ${textSource(i)} ${refused}`;
}

function mayBeQuotedNull({ mayBeNull }: ScanColumn, { dialect, quotedEmptyIsNull }: CsvScannerPlan): boolean {
  return mayBeNull && quotedEmptyIsNull && dialect.quote >= 0;
}

/** Leaves the bounds of a text in `s` and `e`, and whether it is quoted in `q`; breaks to `otherwise`. */
function boundsSource({ dialect: { quote, escape, delimiter } }: CsvScannerPlan, otherwise: string): string {
  const unquoted = `s = p; ${skipWords({ stops: [delimiter], below: CONTROLS })} for (c = b[p]; c !== ${delimiter} && c !== ${LF} && c !== ${CR}; c = b[++p]); e = p;`;
  const escapes = escape === quote ? '' : ` && c !== ${escape}`;
  const quoted = `
            s = ++p; ${escape === quote ? skipWords({ stops: [quote], below: CONTROLS }) : ''}
            d = Math.min(limit, p + ${MAX_INNER_BYTES});
            for (c = b[p]; c !== ${quote}${escapes} && p < d; c = b[++p]) if (c === ${CR} || (c === ${LF} && b[p - 1] !== ${CR})) y++;
            if (c !== ${quote} || p >= d || b[p + 1] === ${quote}) break ${otherwise};
            e = p++;`;
  return quote < 0 ? unquoted : `q = b[p] === ${quote}; if (q) { ${quoted} } else { ${unquoted} }`;
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
