/** A row that breaks one rule and nothing else, found by changing the columns that the rule reads. */
import { referencedColumns } from '../expression/referenced-columns.ts';
import type { Column, RowRule, SourceSpec } from '../spec/source-spec.ts';
import { goodText } from './good-text.ts';
import type { Judge } from './judge.ts';
import type { Random } from './random.ts';

const TRIES = 400;
const YEAR_MICROS = 31_536_000_000_000n;
/** How far a time is moved, in years. */
const YEARS_MAX = 10;

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
    const changed = random.pick(columns);
    const all = random.chance(1, 3);
    const texts = base.map((text, index) => {
      const column = spec.schema[index];
      const touch = column !== undefined && (column.name === changed || (all && columns.includes(column.name)));
      return touch ? otherText(column, random, attempt, spec.source.csv.decimal_separator) : text;
    });
    const { findings } = judge(texts);
    if (findings.length === 1 && findings[0]?.code === 'RULE_FAILED' && findings[0].rule === (rule.code ?? rule.rule)) return texts;
  }
  return undefined;
}

function otherText(column: Column, random: Random, serial: number, separator: '.' | ','): string | null {
  if (column.nullable && random.chance(1, 3)) return null;
  const years = BigInt(random.integer(-YEARS_MAX, YEARS_MAX));
  // From the middle of 2020: before and after every sensible moment.
  const micros = 1_592_000_000_000_000n + years * YEAR_MICROS;
  const limitless = random.chance(1, 2) && column.type.kind !== 'STRING' ? { ...column, allowed_values: null } : column;
  return goodText(limitless, random, { micros, serial: serial + 1, known: new Map() }, separator);
}
