/**
 * The source of a function that reads a trade from the bytes of one JSON message: no strings, no objects. It goes through all columns of the schema
 * in one order of members, as the scanner of JSON Lines does (core/engine/scan), and answers false for what it cannot prove. Only numbers and
 * names made here become code, never a text of the spec.
 */
import type { JsonShape, ShapeMember } from '../../../core/engine/scan/json-shape.ts';
import { bytesStandAt } from '../../../core/engine/scan/key-source.ts';
import type { ScanColumn } from '../../../core/engine/scan/scan-column.ts';
import { skipWords } from '../../../core/engine/scan/skip-words.ts';
import { limitSource, valueSource } from '../../../core/engine/scan/value-source.ts';

export interface TradeScannerPlan {
  readonly shape: JsonShape;
  readonly columns: readonly ScanColumn[];
  /** Conditions that must not be false: expressions that are true, false, null or undefined (not proved); null where the runtime is asked. */
  readonly rules: readonly { readonly source: string | null; readonly columns: readonly number[] }[];
  /** Places in the schema. */
  readonly instrument: number;
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  /** -1 where there is no key. */
  readonly key: number;
}

/** Places of what was read in the runtime's `out`. */
export const OUT = { PRICE: 0, QUANTITY: 1, TIME: 2, INSTRUMENT_FROM: 3, INSTRUMENT_TO: 4, KEY_FROM: 5, KEY_TO: 6 } as const;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const NULL_WORD = Buffer.from('null').readInt32LE(0);
const SKIP_BLANK = 'if (b[p] === 32) p++;';
const NEXT_MEMBER = `if (b[p] === ${COMMA}) { p++; ${SKIP_BLANK} if (b[p] !== ${QUOTE}) break fast; } else if (b[p] !== ${CLOSE}) break fast;`;

/** A body that returns the function (S, T, b, view, p, to) => boolean. The bytes [p, to) are the message; four more can be looked at. */
export function tradeScannerSource(plan: TradeScannerPlan): string {
  const { columns, shape, rules, instrument, price, quantity, time, key } = plan;
  const keyOut = key < 0 ? 'O[5] = O[6] = 0;' : `if (u${key} !== 0) O[5] = O[6] = 0; else { O[5] = s${key}; O[6] = e${key}; }`;
  const needed = [instrument, price, quantity, time].map((i) => `u${i} !== 0`).join(' || ');
  return `"use strict";
  return function scanTrade(S, T, b, view, p, to) {
    const O = S.out, POWERS = S.powers, LIMITS = S.powerLimits, o = S.textEnds;
    let a = 0, s = 0, n = 0, c = 0, d = 0, e = 0, g = false, m = 0, q = false, x = 0, h = null;
    ${columns.map(locals).join('\n')}
    fast: {
      ${objectSource(shape, plan)}
      if (p !== to) break fast;
      if (${needed}) break fast;
      if (!(n${price} >= 0 && n${price} < S.limit && n${quantity} >= 0 && n${quantity} < S.limit && n${time} === n${time})) break fast;
      ${rules.map(ruleSource(columns)).join('\n')}
      O[${OUT.PRICE}] = n${price}; O[${OUT.QUANTITY}] = n${quantity}; O[${OUT.TIME}] = n${time};
      O[${OUT.INSTRUMENT_FROM}] = s${instrument}; O[${OUT.INSTRUMENT_TO}] = e${instrument};
      ${keyOut}
      return true;
    }
    return false;
  };`;
}

function locals({ index: i, kind }: ScanColumn): string {
  const time = ['date', 'compact_date', 'datetime', 'timestamp'].includes(kind) ? `const T${i} = T[${i}];` : '';
  return `${time} const k${i} = 0; let n${i} = 0, u${i} = 0, s${i} = 0, e${i} = 0;`;
}

function objectSource(shape: JsonShape, plan: TradeScannerPlan): string {
  return `
      if (b[p] !== ${OPEN}) break fast;
      p++; ${SKIP_BLANK}
      ${shape.map((member) => memberSource(member, plan)).join('\n')}
      if (b[p] !== ${CLOSE}) break fast;
      p++;`;
}

function memberSource(member: ShapeMember, plan: TradeScannerPlan): string {
  const column = member.column === null ? undefined : plan.columns[member.column];
  return `
      if (${bytesStandAt(member.key)}) {
        p += ${member.key.length}; ${SKIP_BLANK}
        ${column === undefined ? objectSource(member.members, plan) : columnSource(column)}
        ${NEXT_MEMBER}
      } else { ${absentSource(member, plan)} }`;
}

/** NULL where all of the columns may be. */
function absentSource(member: ShapeMember, plan: TradeScannerPlan): string {
  const columns = (member.column === null ? columnsWithin(member.members) : [member.column]).map((place) => plan.columns[place]);
  if (columns.some((column) => column?.mayBeNull !== true)) return 'break fast;';
  return columns.map((column) => (column === undefined ? '' : `u${column.index} = 1;`)).join(' ');
}

function columnsWithin(shape: JsonShape): readonly number[] {
  return shape.flatMap(({ column, members }) => (column === null ? columnsWithin(members) : [column]));
}

function columnSource(column: ScanColumn): string {
  const {
    index: i,
    kind,
    mayBeNull,
    column: { type },
  } = column;
  const isNull = mayBeNull ? `if (b[p] === 110 && view.getInt32(p, true) === ${NULL_WORD}) { p += 4; u${i} = 1; break ok${i}; }` : '';
  const general = `c = S.member(${i}, b, a); if (c < 0${mayBeNull ? '' : ' || c !== 0'}) break fast; u${i} = c; p = S.end; n${i} = S.number;`;
  const isText = kind === 'text' && type.kind === 'STRING';
  return `
        a = p;
        ok${i}: {
          bad${i}: {
            ${isNull}
            ${isText ? textSource(i) : numberSource(column)}
            break ok${i};
          }
          ${isText ? 'break fast;' : general}
        }`;
}

/** The bounds of the text; the runtime proves it. */
function textSource(i: number): string {
  return `
            if (b[p] !== ${QUOTE}) break bad${i};
            s = ++p;
            ${skipWords({ stops: [QUOTE, BACKSLASH], below: 32 })} for (c = b[p]; o[c] === 0; c = b[++p]);
            if (c !== ${QUOTE} || p === s || !S.isGoodText(${i}, b, view, s, p)) break bad${i};
            s${i} = s; e${i} = p++;`;
}

function numberSource(column: ScanColumn): string {
  const { index: i, kind } = column;
  if (kind === 'general' || kind === 'text') return `break bad${i};`;
  const isNumber = kind === 'integer' || kind === 'decimal';
  const open = isNumber
    ? `q = b[p] === ${QUOTE};
            if (q) p++; else { c = b[p] === 45 ? p + 1 : p; if (b[c] === 48 && (b[c + 1] - 48) >>> 0 < 10) break bad${i}; }`
    : `q = true; if (b[p] !== ${QUOTE}) break bad${i}; p++;`;
  return `
            ${open}
            ${valueSource(column, '.')}
            if (q) { if (b[p] !== ${QUOTE}) break bad${i}; p++; }
            if (!(b[p] === ${COMMA} || b[p] === ${CLOSE})) break bad${i};
            ${limitSource(column)}`;
}

function ruleSource(columns: readonly ScanColumn[]): (rule: TradeScannerPlan['rules'][number], place: number) => string {
  return ({ source, columns: places }, place) => {
    const prepare = places.map((i) => `S.nulls[${i}] = u${i}; S.numbers[${i}] = n${i}; S.starts[${i}] = s${i}; S.ends[${i}] = e${i};`);
    const general = `${columns.length === 0 ? '' : prepare.join(' ')} if (!S.ruleHolds(${place}, b)) break fast;`;
    return source === null ? general : `h = ${source}; if (h === false) break fast; if (h === undefined) { ${general} }`;
  };
}
