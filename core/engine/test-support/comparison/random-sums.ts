/** Control totals and aggregates of file rules by chance, for a spec of any format. */
import { parseCondition, parseExpression } from '../../../expression/parse-expression.ts';
import type { Aggregate, ControlFile, FileRule, SourceSpec } from '../../../spec/source-spec.ts';
import type { ColumnType } from '../../../types/column-type.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';

type ColumnTypes = ReadonlyMap<string, ColumnType>;

const ARGUMENTS = [
  'X',
  'X',
  'X',
  'X',
  'X + Y',
  'X - 1',
  'X + 9000000000000000000',
  'coalesce(X, Y)',
  'case when X > 100 then Y end',
  'length(X)',
];
const FUNCTIONS = ['count', 'count_distinct', 'count_distinct', 'sum', 'sum', 'min', 'max'] as const;
const COUNT = new Map<string, ColumnType>([['row_count', { kind: 'INT64' }]]);

/** The spec with a rule over aggregates, more often than not. */
export function withAggregates(spec: SourceSpec, random: SeededRandom): SourceSpec {
  const types = new Map(spec.schema.filter(({ mode }) => mode !== 'REPEATED').map(({ name, type }) => [name, type]));
  if (types.size === 0 || random.chance(0.6)) return spec;
  const rules = Array.from({ length: random.integer(1, 2) }, () => aggregateRule(types, random));
  return { ...spec, validation: { ...spec.validation, file_level: [...spec.validation.file_level, ...rules] } };
}

/** What a control file beside the data states, none of it true by more than chance. */
interface RandomControl {
  readonly control_file: ControlFile;
  readonly content: string;
}

/** null where the spec has no column of numbers. */
export function randomControl(spec: SourceSpec, random: SeededRandom): RandomControl | null {
  const summed = summedColumns(spec.schema);
  if (summed.length === 0) return null;
  const totals = summed.filter((_, index) => index === 0 || random.chance(0.5)).map((column) => ({ column, field: column }));
  const rest = {
    pattern: '{filename}.ctl',
    checksum: null,
    business_date: null,
    checksum_algorithm: null,
    required: true,
    wait_minutes: 0,
  };
  return {
    control_file: { type: 'sidecar_json', row_count: null, totals, ...rest },
    content: JSON.stringify(Object.fromEntries(summed.map((name) => [name, random.pick(['0', '1.5', '-12'])]))),
  };
}

export function summedColumns(
  schema: readonly { readonly name: string; readonly type?: ColumnType; readonly mode?: string }[],
): readonly string[] {
  return schema
    .filter(({ type, mode }) => mode !== 'REPEATED' && (type?.kind === 'INT64' || type?.kind === 'DECIMAL'))
    .map(({ name }) => name);
}

/** It is broken by every file, and its finding shows what each aggregate gave. */
function aggregateRule(types: ColumnTypes, random: SeededRandom): FileRule {
  const parsed = parseCondition('row_count < 0', COUNT);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const aggregates = Array.from({ length: random.integer(1, 4) }, () => randomAggregate(types, random)).filter((each) => each !== null);
  const severity = random.chance(0.1) ? 'error' : 'warning';
  return { rule: 'none', severity, code: null, description: null, check: { kind: 'aggregate', expression: parsed.expression, aggregates } };
}

/** null where the argument does not suit the columns. */
function randomAggregate(types: ColumnTypes, random: SeededRandom): Aggregate | null {
  const names = [...types.keys()];
  const text = random.pick(ARGUMENTS).replaceAll('X', random.pick(names)).replaceAll('Y', random.pick(names));
  const parsed = parseExpression(text, types);
  if (!parsed.ok) return null;
  const { expression } = parsed;
  const { kind } = expression.type;
  const wanted = random.pick(FUNCTIONS);
  const isNumber = kind === 'INT64' || kind === 'DECIMAL';
  const suits = wanted === 'sum' ? isNumber : (wanted !== 'min' && wanted !== 'max') || (kind !== 'JSON' && kind !== 'BYTES');
  return { function: suits ? wanted : 'count', argument: expression, type: expression.type };
}
