/**
 * The source of a function that reads a trade from the bytes of one JSON message: no strings, no objects. It goes through all columns of the schema
 * in one order of members, as the scanner of JSON Lines does (core/engine/scan), and answers false for what it cannot prove. Only numbers and
 * names made here become code, never a text of the spec.
 */
import type { JsonShape, ShapeMember } from '../../../core/engine/scan/json-shape.ts';
import { bytesStandAt } from '../../../core/engine/scan/key-source.ts';
import type { ScanColumn } from '../../../core/engine/scan/scan-column.ts';
import { skipWords } from '../../../core/engine/scan/skip-words.ts';
import { DAY_LOCALS, limitSource, VALUE_LOCALS, valueSource } from '../../../core/engine/scan/value-source.ts';
import { TRADE, TRADE_FIELDS } from '../trade-batch.ts';

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
  /** By column, how its texts are proved. */
  readonly texts: readonly TextProof[];
}

export type TextProof =
  /** Any plain ASCII of so many bytes. */
  | { readonly kind: 'any'; readonly most: number }
  /** One of these, as they stand between quotes; each was found good. */
  | { readonly kind: 'listed'; readonly quoted: readonly Buffer[] }
  /** The runtime is asked. */
  | { readonly kind: 'asked' };

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const NULL_WORD = Buffer.from('null').readInt32LE(0);
const SKIP_BLANK = 'if (b[p] === 32) p++;';
/** Behind a value: a comma is passed and noted in `y`, and a member must follow it. */
const PASS_COMMA = `if (y === 0) { if (b[p] === ${COMMA}) { p++; y = 1; ${SKIP_BLANK} if (b[p] !== ${QUOTE}) break fast; } else if (b[p] !== ${CLOSE}) break fast; }`;

/** A body that returns the function (S, T, b, view, p, to) => boolean. The bytes [p, to) are the message; four more can be looked at. */
export function tradeScannerSource(plan: TradeScannerPlan): string {
  const { columns, shape, rules, instrument, price, quantity, time, key } = plan;
  const keyStart = key < 0 ? '0' : `(u${key} === 0 ? s${key} : 0)`;
  const keyEnd = key < 0 ? '0' : `(u${key} === 0 ? e${key} : 0)`;
  const needed = [instrument, price, quantity, time].map((i) => `u${i} !== 0`).join(' || ');
  return `"use strict";
  let ${DAY_LOCALS};
  return function scanTrade(S, T, b, view, p, to) {
    const M = S.minuteWords, POWERS = S.powers, LIMITS = S.powerLimits, o = S.textEnds;
    let ${VALUE_LOCALS}, a = 0, q = false, y = 0, z = 0, verdict = null;
    ${columns.map(locals).join('\n')}
    fast: {
      ${objectSource(shape, plan)}
      if (p !== to) break fast;
      if (${needed}) break fast;
      if (!(n${price} >= 0 && n${price} < S.limit && n${quantity} >= 0 && n${quantity} < S.limit && n${time} === n${time})) break fast;
      ${rules.map(ruleSource(columns)).join('\n')}
      const R = S.batch.rows, w = S.batch.count * ${TRADE_FIELDS};
      R[w + ${TRADE.PRICE}] = n${price}; R[w + ${TRADE.QUANTITY}] = n${quantity}; R[w + ${TRADE.TIME}] = n${time};
      R[w + ${TRADE.INSTRUMENT_FROM}] = s${instrument}; R[w + ${TRADE.INSTRUMENT_TO}] = e${instrument};
      R[w + ${TRADE.KEY_FROM}] = ${keyStart}; R[w + ${TRADE.KEY_TO}] = ${keyEnd};
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
      p++; y = 1; ${SKIP_BLANK}
      ${shape.map((member, place) => memberSource(member, place, plan)).join('\n')}
      if (y === 1 && b[p - 1] !== ${OPEN} || b[p] !== ${CLOSE}) break fast;
      p++; y = 0;`;
}

/** The comma and the name at once where they stand without a blank between them; else one after the other. */
function memberSource(member: ShapeMember, place: number, plan: TradeScannerPlan): string {
  const column = member.column === null ? undefined : plan.columns[member.column];
  const withComma = Buffer.concat([Buffer.from(','), member.key]);
  const apart = `${PASS_COMMA}
        if (${bytesStandAt(member.key)}) { p += ${member.key.length}; z = 1; } else { ${absentSource(member, plan)} }`;
  const found = place === 0 ? apart : `if (${bytesStandAt(withComma)}) { p += ${withComma.length}; z = 1; } else { ${apart} }`;
  return `
      z = 0;
      ${found}
      if (z === 1) {
        ${SKIP_BLANK}
        ${column === undefined ? objectSource(member.members, plan) : columnSource(column, plan)}
        y = 0;
      }`;
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

function columnSource(column: ScanColumn, plan: TradeScannerPlan): string {
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
            ${isText ? textSource(i, plan.texts[i] ?? { kind: 'asked' }) : numberSource(column)}
            break ok${i};
          }
          ${isText ? 'break fast;' : general}
        }`;
}

/** Leaves the bounds of the text. */
function textSource(i: number, proof: TextProof): string {
  if (proof.kind === 'listed') {
    const choices = proof.quoted.map((quoted) => `if (${bytesStandAt(quoted)}) { s${i} = p + 1; p += ${quoted.length}; e${i} = p - 1; }`);
    return `${choices.join(' else ')} else break bad${i};`;
  }
  const open = `if (b[p] !== ${QUOTE}) break bad${i}; s = ++p;`;
  if (proof.kind === 'any') {
    return `
            ${open}
            ${skipWords({ stops: [BACKSLASH], below: QUOTE + 1, high: true })}
            if (b[p] === 32 || b[p] === 33) { ${skipBlanks()} if (b[s] <= 32 || b[p - 1] <= 32) break bad${i}; }
            if (b[p] !== ${QUOTE} || p === s || p - s > ${proof.most}) break bad${i};
            s${i} = s; e${i} = p++;`;
  }
  return `
            ${open}
            ${skipWords({ stops: [QUOTE, BACKSLASH], below: 32 })} for (c = b[p]; o[c] === 0; c = b[++p]);
            if (c !== ${QUOTE} || p === s || !S.isGoodText(${i}, b, view, s, p)) break bad${i};
            s${i} = s; e${i} = p++;`;
}

/** On to the next byte that is no plain character. */
function skipBlanks(): string {
  return `for (c = b[p]; c >= 32 && c < 127 && c !== ${QUOTE} && c !== ${BACKSLASH}; c = b[++p]);`;
}

function numberSource(column: ScanColumn): string {
  const { index: i, kind } = column;
  if (kind === 'general' || kind === 'text') return `break bad${i};`;
  const isNumber = kind === 'integer' || kind === 'decimal';
  const open = isNumber
    ? `q = b[p] === ${QUOTE};
            if (q) p++; else { c = b[p] === 45 ? p + 1 : p; if (b[c] === 48 && (b[c + 1] - 48) >>> 0 < 10) break bad${i}; }`
    : `q = true; if (b[p] !== ${QUOTE}) break bad${i}; p++;`;
  const value = kind === 'timestamp' ? timestampSource(i) : valueSource(column, '.');
  return `
            ${open}
            ${value}
            if (q) { if (b[p] !== ${QUOTE}) break bad${i}; p++; }
            if (!(b[p] === ${COMMA} || b[p] === ${CLOSE})) break bad${i};
            ${limitSource(column)}`;
}

/**
 * A time in the minute of the one before, with six digits of a fraction and Z, is known by its first sixteen bytes: only seconds and fraction are
 * read. Any other one is read as a whole, and its minute is remembered.
 */
function timestampSource(i: number): string {
  const at = i * 4;
  const same = [0, 1, 2, 3].map((word) => `view.getInt32(p + ${word * 4}, true) === M[${at + word}]`).join(' && ');
  const remember = [0, 1, 2, 3].map((word) => `M[${at + word}] = view.getInt32(a + ${1 + word * 4}, true);`).join(' ');
  return `
            if (${same} && (view.getInt32(p + 16, true) & 0xff0000ff) === ${58 | (46 << 24)} && b[p + 26] === 90 && (c = S.secondMicros(view, p + 17)) >= 0) {
              n${i} = S.minutes[${i}] + c; p += 27;
            } else {
              ${valueSourceOf(i)}
              if (b[a + 17] === 58 && b[p - 1] === 90) { ${remember} S.minutes[${i}] = n${i} - n${i} % 60000000; }
            }`;
}

function valueSourceOf(i: number): string {
  return `p = T${i}.timestamp(view, p); if (p < 0) break bad${i}; n${i} = T${i}.value[0];`;
}

function ruleSource(columns: readonly ScanColumn[]): (rule: TradeScannerPlan['rules'][number], place: number) => string {
  return ({ source, columns: places }, place) => {
    const prepare = places.map((i) => `S.nulls[${i}] = u${i}; S.numbers[${i}] = n${i}; S.starts[${i}] = s${i}; S.ends[${i}] = e${i};`);
    const general = `${columns.length === 0 ? '' : prepare.join(' ')} if (!S.ruleHolds(${place}, b)) break fast;`;
    return source === null ? general : `verdict = ${source}; if (verdict === false) break fast; if (verdict === undefined) { ${general} }`;
  };
}
