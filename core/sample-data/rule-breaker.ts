/** A row that breaks one rule and nothing else, found by changing the columns that the rule reads. */
import { referencedColumns } from '../expression/referenced-columns.ts';
import type { Column, RowRule, SourceSpec } from '../spec/source-spec.ts';
import { goodText, type RowSeed } from './good-text.ts';
import type { Judge } from './judge.ts';
import type { Random } from './random.ts';

const TRIES = 400;
const YEAR_MICROS = 31_536_000_000_000n;
/** How far a time is moved, in years. */
const YEARS_MAX = 20;
/** The middle of 2020. */
const MIDDLE_MICROS = 1_592_000_000_000_000n;
const NUMBERS: readonly string[] = ['INT64', 'DECIMAL', 'FLOAT64'];
const TIMES: readonly string[] = ['DATE', 'DATETIME', 'TIMESTAMP'];

/** undefined where none was found: the rule may follow from the types, or need values that chance does not give. */
export function breakRule(
  spec: SourceSpec,
  rule: RowRule,
  maker: () => readonly (string | null)[],
  random: Random,
  judge: Judge,
): readonly (string | null)[] | undefined {
  const columns = [...referencedColumns(rule.expression)];
  const base = maker();
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const touched = touchedColumns(spec, columns, random);
    const micros = otherMoment(random);
    const texts = base.map((text, index) => {
      const column = spec.schema[index];
      if (column === undefined || !touched.includes(column.name)) return text;
      return otherText(column, random, { micros, serial: attempt + 1, known: new Map() }, spec.source.csv.decimal_separator);
    });
    const { findings } = judge(texts);
    if (findings.length === 1 && findings[0]?.code === 'RULE_FAILED' && findings[0].rule === (rule.code ?? rule.rule)) return texts;
  }
  return undefined;
}

/** One column of the rule, all of them, or all times of the row, which other rules may hold together. */
function touchedColumns(spec: SourceSpec, columns: readonly string[], random: Random): readonly string[] {
  switch (random.integer(1, 3)) {
    case 1:
      return [random.pick(columns)];
    case 2:
      return columns;
    default:
      return spec.schema.filter(({ type }) => TIMES.includes(type.kind)).map(({ name }) => name);
  }
}

/** Before or after the row's own, by years. */
function otherMoment(random: Random): bigint {
  return MIDDLE_MICROS + BigInt(random.integer(-YEARS_MAX, YEARS_MAX)) * YEAR_MICROS;
}

function otherText(column: Column, random: Random, seed: RowSeed, separator: '.' | ','): string | null {
  if (column.nullable && random.chance(1, 3)) return null;
  const limitless = random.chance(1, 2) && column.type.kind !== 'STRING' ? { ...column, allowed_values: null } : column;
  const text = goodText(limitless, random, seed, separator);
  const isOpen = NUMBERS.includes(column.type.kind) && column.min_value === null && column.allowed_values === null;
  // What a rule says of a number without bounds is most often that it is above 0.
  return isOpen && random.chance(1, 3) ? random.pick(['0', `-${text}`]) : text;
}
