/**
 * The source of a scanner of JSON Lines for one spec and order of members, which takes good rows from the bytes
 * straight into the column buffers, and stops before the first row that it cannot prove. It takes compact JSON and JSON with
 * one blank behind colons and commas; members may be absent. Only numbers become code, no text of the spec does.
 */
import type { JsonShape, ShapeMember } from './json-shape.ts';
import { bytesStandAt } from './key-source.ts';
import type { ScannerPlan } from './scanner-plan.ts';
import { LINE_END_SOURCE, type ScannerParts } from './scanner-source.ts';
import type { ScanColumn } from './scan-column.ts';
import { skipWords } from './skip-words.ts';
import { noteSource, nullSource, textSource } from './text-source.ts';
import { limitSource, storeSource, valueSource } from './value-source.ts';

export interface JsonScannerPlan extends ScannerPlan {
  readonly shape: JsonShape;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const SKIP_BLANK = 'if (b[p] === 32) p++;';
/** Behind a value; a comma is passed, and a member must follow it. */
const NEXT_MEMBER = `if (b[p] === ${COMMA}) { p++; ${SKIP_BLANK} if (b[p] !== ${QUOTE}) break fast; } else if (b[p] !== ${CLOSE}) break fast;`;
const ENDS_VALUE = `b[p] === ${COMMA} || b[p] === ${CLOSE}`;
const NULL_WORD = Buffer.from('null').readInt32LE(0);

/** The plan with the code that reads one row. */
export function jsonScannerParts(plan: JsonScannerPlan): ScannerParts {
  const { shape } = plan;
  const row = `
      ${objectSource(shape, plan)}
      end = p;
      ${LINE_END_SOURCE}`;
  return { ...plan, row };
}

function objectSource(shape: JsonShape, plan: JsonScannerPlan): string {
  return `
      if (b[p] !== ${OPEN}) break fast;
      p++; ${SKIP_BLANK}
      ${shape.map((member) => memberSource(member, plan)).join('\n')}
      if (b[p] !== ${CLOSE}) break fast;
      p++;`;
}

function memberSource(member: ShapeMember, plan: JsonScannerPlan): string {
  const column = member.column === null ? undefined : plan.columns[member.column];
  const value = column === undefined ? objectSource(member.members, plan) : columnSource(column, plan);
  return `
      if (${bytesStandAt(member.key)}) {
        p += ${member.key.length}; ${SKIP_BLANK}
        ${value}
        ${NEXT_MEMBER}
      } else { ${absentSource(member, plan)} }`;
}

/** NULL where all of the columns may be. */
function absentSource(member: ShapeMember, plan: JsonScannerPlan): string {
  const places = member.column === null ? columnsWithin(member.members) : [member.column];
  const columns = places.map((place) => plan.columns[place]);
  if (columns.some((column) => column?.mayBeNull !== true)) return 'break fast;';
  return columns.map((column) => (column === undefined ? '' : nullSource(column))).join(' ');
}

function columnsWithin(shape: JsonShape): readonly number[] {
  return shape.flatMap(({ column, members }) => (column === null ? columnsWithin(members) : [column]));
}

function columnSource(column: ScanColumn, plan: JsonScannerPlan): string {
  const { index: i, mayBeNull } = column;
  if (column.isDeferred) return deferredValue(column);
  const isNull = mayBeNull ? `if (b[p] === 110 && view.getInt32(p, true) === ${NULL_WORD}) { p += 4; u${i} = 1; break ok${i}; }` : '';
  const general = `c = S.field(${i}, a, k${i}, 0); if (c ${mayBeNull ? '< 0' : '!== 0'}) break fast; u${i} = c; p = S.end; n${i} = S.number;`;
  return `
        u${i} = 0; a = p;
        ok${i}: {
          bad${i}: {
            ${isNull}
            ${column.kind === 'text' ? textValue(column) : plainValue(column, plan)}
            break ok${i};
          }
          ${column.kind === 'text' ? 'break fast;' : general}
        }`;
}

/** Only notes where the text stands. */
function deferredValue(column: ScanColumn): string {
  const note = `${boundsSource('fast')} ${noteSource(column.index, 'true')}`;
  if (!column.mayBeNull) return note;
  return `if (b[p] === 110 && view.getInt32(p, true) === ${NULL_WORD}) { p += 4; ${nullSource(column)} } else { ${note} }`;
}

function textValue({ index: i, mayBeNull }: ScanColumn): string {
  const refused = mayBeNull ? `if (t${i} < -2) { if (t${i} === -3) break bad${i}; u${i} = 1; }` : `if (t${i} < -2) break bad${i};`;
  return `
            ${boundsSource(`bad${i}`)}
            q = true; ${textSource(i)} ${refused}`;
}

/** Leaves the bounds of a text in `s` and `e`; breaks to `otherwise`. */
function boundsSource(otherwise: string): string {
  return `
            if (b[p] !== ${QUOTE}) break ${otherwise};
            s = ++p;
            ${skipWords({ stops: [QUOTE, BACKSLASH], below: 32 })} for (c = b[p]; S.textEnds[c] === 0; c = b[++p]);
            if (c !== ${QUOTE}) break ${otherwise};
            e = p++;`;
}

function plainValue(column: ScanColumn, plan: JsonScannerPlan): string {
  const { index: i, kind } = column;
  if (kind === 'general') return `break bad${i};`;
  return `
            ${openSource(column, plan)}
            ${valueSource(column, '.')}
            if (q) { if (b[p] !== ${QUOTE}) break bad${i}; p++; }
            if (!(${ENDS_VALUE})) break bad${i};
            ${limitSource(column)}
            ${storeSource(column)}`;
}

/** Numbers may stand without quotes, then without zeros before them; times never do. */
function openSource({ index: i, kind }: ScanColumn, { decimalSeparator }: JsonScannerPlan): string {
  if (kind !== 'integer' && kind !== 'decimal') return `q = true; if (b[p] !== ${QUOTE}) break bad${i}; p++;`;
  const quoted = kind === 'decimal' && decimalSeparator !== '.' ? `break bad${i};` : 'p++;';
  return `q = b[p] === ${QUOTE};
            if (q) { ${quoted} }
            else { c = b[p] === 45 ? p + 1 : p; if (b[c] === 48 && (b[c + 1] - 48) >>> 0 < 10) break bad${i}; }`;
}
