/**
 * Rows for a spec, good and bad, made from its types, limits and rules. Candidates are made at random and kept when the
 * engine's own checks say what they were made for, so what is good here is good in the lane.
 */
import type { SourceSpec } from '../spec/source-spec.ts';
import { MarketsError } from '../errors/markets-error.ts';
import { badTexts } from './bad-texts.ts';
import { agreeWithEqualities } from './equal-columns.ts';
import { goodText, type RowSeed } from './good-text.ts';
import { fitsTag, MESSAGE_TYPE, sampleMessageType } from './formats/fix-text.ts';
import { fitsWidth } from './formats/fixed-width-text.ts';
import { rowJudge, type Judge } from './judge.ts';
import { seededRandom, type Random } from './random.ts';
import { breakRule } from './rule-breaker.ts';
import type { SampleRow } from './sample-row.ts';

export interface SampleOptions {
  readonly seed: number;
  readonly goodRows: number;
  /** ISO 8601 UTC with 6 digits; rows lie before it. */
  readonly now: string;
}

/** Candidates for one good row before the spec is said to allow none. */
const TRIES = 400;
/** After so many, the times of a row lie some days apart. */
const TRIES_AT_ONE_MOMENT = 50;
const DAYS_APART = 3;
const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
/** Rows lie within the hours before `now`. */
const WITHIN_SECONDS = 3600;

type Texts = readonly (string | null)[];

/** Good rows with the bad ones spread between them; fails with SPEC_INVALID where no good row can be made. */
export function sampleRows(spec: SourceSpec, options: SampleOptions): readonly SampleRow[] {
  const random = seededRandom(options.seed);
  const judge = rowJudge(spec, options.now);
  const maker = rowMaker(spec, random, judge, options.now);
  const good = Array.from({ length: options.goodRows }, () => maker());
  const bad = [...badRows(spec, random, judge, maker), ...damagedRows(spec, maker)];
  return spread(
    good.map((texts) => ({ texts, intended: null, damage: 'none' })),
    [...bad, ...duplicates(spec, good, maker)],
  );
}

function rowMaker(spec: SourceSpec, random: Random, judge: Judge, now: string): () => Texts {
  const known = knownTexts(spec);
  const used = new Set<string>();
  const keys = keyColumns(spec);
  const latest = BigInt(Date.parse(now)) * 1000n;
  let serial = 0;
  return () => {
    const refusals = new Map<string, number>();
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      // Whole seconds: every format can write them.
      const micros = (latest / SECOND - BigInt(random.integer(1, WITHIN_SECONDS))) * SECOND;
      // One moment a row first; a rule may want one time before another.
      const spreadDays = attempt < TRIES_AT_ONE_MOMENT ? 0 : DAYS_APART;
      const texts = candidate(spec, random, { micros, serial: serial + 1, known }, spreadDays);
      const agreed = agreeWithEqualities(spec, texts, judge(texts).values, now);
      const fresh = keys.every((key) => !used.has(keyText(key, agreed)));
      const { findings } = judge(agreed);
      const wide = spec.schema.find((column, index) => !fitsWidth(column, agreed[index] ?? ''));
      for (const { column, rule } of findings) count(refusals, column ?? `rule ${rule ?? ''}`);
      if (!fresh) count(refusals, 'a key that another row has');
      if (wide !== undefined) count(refusals, `the width of ${wide.name}`);
      if (!fresh || wide !== undefined || findings.length > 0) continue;
      for (const key of keys) used.add(keyText(key, agreed));
      serial += 1;
      return agreed;
    }
    throw new MarketsError('SPEC_INVALID', `No sample row of ${spec.name} could be made that its own checks accept.`, {
      expected: `a row that every column and rule accepts within ${TRIES} tries`,
      found: `none; refused most by ${most(refusals)}`,
      next: 'Look at the rules and patterns of the spec, or let an inline test with an accepted row give a text for a pattern.',
      place: { file: spec.spec_file },
    });
  };
}

/** Each column's time lies up to `spreadDays` days before or after the row's moment. */
function candidate(spec: SourceSpec, random: Random, seed: RowSeed, spreadDays: number): Texts {
  const separator = spec.source.csv.decimal_separator;
  return spec.schema.map((column) => {
    if (column.nullable && random.chance(1, 6)) return null;
    if (column.locator.kind === 'tag' && column.locator.tag === MESSAGE_TYPE && column.allowed_values === null)
      return sampleMessageType(spec.source.fix);
    const days = spreadDays === 0 ? 0 : random.integer(-spreadDays, spreadDays);
    return goodText(column, random, { ...seed, micros: seed.micros + BigInt(days) * DAY }, separator);
  });
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function most(counts: ReadonlyMap<string, number>): string {
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  return first === undefined ? 'nothing' : first[0];
}

/** What accepted inline tests give for each column. */
function knownTexts(spec: SourceSpec): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>();
  for (const test of spec.tests.filter(({ expect }) => expect.accepted)) {
    for (const [column, text] of Object.entries(test.given)) {
      if (text !== null) known.set(column, [...(known.get(column) ?? []), text]);
    }
  }
  return known;
}

/** Columns that must differ from row to row, each list together: unique ones, the keys of file rules and of the source. */
function keyColumns(spec: SourceSpec): readonly (readonly number[])[] {
  const place = (name: string): number => spec.schema.findIndex((column) => column.name === name);
  const unique = spec.schema.flatMap((column, index) => (column.unique ? [[index]] : []));
  const rules = spec.validation.file_level.flatMap(({ check }) => (check.kind === 'no_duplicates' ? [check.columns.map(place)] : []));
  const own = spec.processing.deduplication.key.map(place);
  return [...unique, ...rules, ...(own.length > 0 ? [own] : [])];
}

function keyText(key: readonly number[], texts: Texts): string {
  return JSON.stringify([key, ...key.map((index) => texts[index])]);
}

/** One row for each way in which each column can be wrong, and one for each rule. */
function badRows(spec: SourceSpec, random: Random, judge: Judge, maker: () => Texts): readonly SampleRow[] {
  const rows: SampleRow[] = [];
  spec.schema.forEach((column, index) => {
    const base = maker();
    for (const { code, text } of badTexts(column, spec, base[index] ?? 'text', random)) {
      if (text !== null && !(fitsWidth(column, text) && fitsTag(spec, column, text))) continue;
      const texts = base.map((each, position) => (position === index ? text : each));
      const found = judge(texts).findings;
      // The judge sees no file: an absent XML element is NULL to it.
      const expected = code === 'FIELD_MISSING' ? 'NULL_NOT_ALLOWED' : code;
      if (found.some((each) => each.code === expected && each.column === column.name)) {
        rows.push({ texts, intended: { code, column: column.name, rule: null }, damage: 'none' });
      }
    }
  });
  for (const rule of spec.validation.row_level.filter(({ severity }) => severity === 'error')) {
    const texts = breakRule(spec, rule, maker, random, judge);
    if (texts === undefined) continue;
    rows.push({ texts, intended: { code: 'RULE_FAILED', column: null, rule: rule.code ?? rule.rule }, damage: 'none' });
  }
  return rows;
}

function damagedRows(spec: SourceSpec, maker: () => Texts): readonly SampleRow[] {
  if (spec.source.format === 'csv') {
    return [{ texts: maker(), intended: { code: 'FIELD_COUNT', column: null, rule: null }, damage: 'field_missing' }];
  }
  if (spec.source.format === 'fixed_width') {
    return [{ texts: maker(), intended: { code: 'FIELD_COUNT', column: null, rule: null }, damage: 'cut_off' }];
  }
  if (spec.source.format === 'jsonl' || spec.source.format === 'fix') {
    return [{ texts: maker(), intended: { code: 'RECORD_UNPARSABLE', column: null, rule: null }, damage: 'cut_off' }];
  }
  return [];
}

/** The first good row's key on another row. */
function duplicates(spec: SourceSpec, good: readonly Texts[], maker: () => Texts): readonly SampleRow[] {
  const first = good[0];
  const column = spec.schema.find(({ unique }) => unique);
  if (first === undefined || column === undefined) return [];
  const index = spec.schema.indexOf(column);
  const texts = maker().map((text, position) => (position === index ? (first[index] ?? null) : text));
  return [{ texts, intended: { code: 'DUPLICATE_KEY', column: column.name, rule: null }, damage: 'none' }];
}

function spread(good: readonly SampleRow[], bad: readonly SampleRow[]): readonly SampleRow[] {
  const rows: SampleRow[] = [];
  const every = good.length / (bad.length + 1);
  good.forEach((row, index) => {
    rows.push(row);
    while (bad.length > rows.filter(isBad).length && index + 1 >= every * (rows.filter(isBad).length + 1)) {
      rows.push(bad[rows.filter(isBad).length] ?? row);
    }
  });
  return rows;
}

function isBad(row: SampleRow): boolean {
  return row.intended !== null;
}
