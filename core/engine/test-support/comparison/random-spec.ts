/** Random CSV specs over everything that a spec can say about a column and a dialect. Seeded. */
import { parseCondition } from '../../../expression/parse-expression.ts';
import type { Column, ControlFile, CsvDialect, FileRule, RowRule, SourceSpec, TimeFormat } from '../../../spec/source-spec.ts';
import type { ColumnType, Value } from '../../../types/column-type.ts';
import { parseStrptimeFormat } from '../../../types/strptime.ts';
import type { SeededRandom } from '../oracle/seeded-random.ts';
import { specOf, type ColumnOptions } from '../spec-of.ts';
import { summedColumns } from './random-sums.ts';

const DECIMALS: readonly (readonly [number, number])[] = [
  [1, 0],
  [9, 2],
  [9, 9],
  [15, 0],
  [16, 1],
  [18, 4],
  [19, 0],
  [38, 9],
  [38, 18],
  [38, 20],
];
const OTHER_KINDS = ['FLOAT64', 'BOOL', 'JSON', 'DATE', 'TIME', 'DATETIME', 'TIMESTAMP'] as const;
const ZONES = ['UTC', 'UTC', 'Europe/Paris', 'America/New_York', 'Etc/GMT-3'];
const DELIMITERS = [',', ',', ',', ';', '|', '\t', '\u0001', ' ', '-', '.', ':', '+', 'T', 'Z', '0', 'a', '\\', "'"];
const QUOTES = ['"', '"', '"', '"', "'", '-', '5', null];
const COMMENTS = ['#', '-', '2', '/'];
const NULL_VALUES = ['NULL', 'N/A', '-', '0', '', '1970-01-01', '1.5', '1,5', 'a', 'true'];
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  DATE: ['%Y%m%d', '%Y-%m-%d', '%d/%m/%Y'],
  TIME: ['%H:%M:%S', '%H%M%S'],
  DATETIME: ['%Y-%m-%d %H:%M:%S', '%Y%m%d%H%M%S', '%Y-%m-%dT%H:%M:%S.%f'],
  TIMESTAMP: ['%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M:%S', '%Y-%m-%dT%H:%M:%S.%f'],
};

export function randomCsvSpec(random: SeededRandom): SourceSpec {
  const csv = dialect(random);
  const schema = Array.from({ length: random.integer(1, 7) }, (_, index) => randomColumn(index, csv, random));
  const names = schema.map(({ name }) => name);
  const types = new Map(schema.map(({ name, type }) => [name, type ?? { kind: 'STRING' as const }]));
  const identity = random.chance(0.3) ? names.filter(() => random.chance(0.5)) : [];
  const source = { csv, encoding: random.pick(['utf-8', 'utf-8', 'utf-8', 'latin-1', 'windows-1252'] as const) };
  const rules = Array.from({ length: random.pick([0, 0, 1, 3]) }, () => randomRule(types, random)).filter((rule) => rule !== null);
  const spec = specOf({
    schema,
    source,
    schema_drift: random.pick(['freeze', 'freeze', 'discard', 'evolve'] as const),
    control_file: random.chance(0.25) ? ownRecord(types, random) : null,
    validation: {
      row_level: rules,
      file_level: fileRules(names, random),
      ...(random.chance(0.1) ? { max_bad_rows: random.integer(0, 30) } : {}),
    },
  });
  if (identity.length === 0) return spec;
  const source_id = { kind: 'literal', type: { kind: 'STRING' }, value: 'x' } as const;
  return { ...spec, processing: { ...spec.processing, identity: { domain: 'd', source_system: 's', source_id, columns: identity } } };
}

function fileRules(names: readonly string[], random: SeededRandom): readonly FileRule[] {
  if (random.chance(0.85)) return [];
  const columns = names.slice(0, random.integer(1, names.length));
  const severity = random.pick(['error', 'warning'] as const);
  return [{ rule: 'no duplicates', severity, code: null, description: null, check: { kind: 'no_duplicates', columns } }];
}

function dialect(random: SeededRandom): CsvDialect {
  const isPlain = random.chance(0.6);
  const delimiter = isPlain ? random.pick([',', ';']) : random.pick(DELIMITERS);
  const wanted = isPlain ? '"' : random.pick(QUOTES);
  const quote = wanted === delimiter ? null : wanted;
  const escape = quote === null ? null : random.chance(0.8) ? quote : random.pick(['\\', '-', '.', '1', null]);
  const comment = random.chance(0.25) ? random.pick(COMMENTS) : null;
  return {
    delimiter,
    quote,
    escape,
    has_header: random.chance(0.75),
    skip_rows: random.chance(0.15) ? random.integer(1, 3) : 0,
    comment: comment === delimiter || comment === quote ? null : comment,
    null_values: random.chance(0.5) ? [] : [random.pick(NULL_VALUES), random.pick(NULL_VALUES)],
    decimal_separator: random.chance(0.8) ? '.' : ',',
    ignore_columns: [],
  };
}

function randomColumn(index: number, csv: CsvDialect, random: SeededRandom): ColumnOptions {
  const name = `c${index}`;
  const type = randomType(random);
  const isTime = type.kind === 'DATETIME' || type.kind === 'TIMESTAMP';
  const position = { locator: { kind: 'position' as const, position: index + 1 } };
  return {
    name,
    type,
    type_text: type.kind,
    nullable: random.chance(0.7),
    ...(csv.has_header && !random.chance(0.05) ? {} : position),
    format: formatOf(type, random),
    timezone: random.pick(ZONES),
    unique: random.chance(0.08),
    precision: isTime && random.chance(0.25) ? 'ns' : 'us',
    default: random.chance(0.15) ? plainValue(type, random) : null,
    ...(random.chance(0.4) ? limitsOf(type, random) : {}),
  };
}

function randomType(random: SeededRandom): ColumnType {
  const chance = random.next();
  if (chance < 0.3) return { kind: 'STRING' };
  if (chance < 0.45) return { kind: 'INT64' };
  if (chance < 0.65) {
    const [precision, scale] = random.pick(DECIMALS);
    return { kind: 'DECIMAL', precision, scale };
  }
  return { kind: chance > 0.995 ? 'BYTES' : random.pick(OTHER_KINDS) };
}

function formatOf({ kind }: ColumnType, random: SeededRandom): TimeFormat | null {
  const texts = FORMATS[kind];
  if (texts === undefined) return null;
  if (random.chance(0.6)) return { kind: 'iso8601' };
  if (random.chance(0.3) && (kind === 'TIMESTAMP' || kind === 'DATETIME')) {
    return { kind: 'epoch', unit: random.pick(['s', 'ms', 'us', 'ns'] as const) };
  }
  const text = random.pick(texts);
  const parts = parseStrptimeFormat(text);
  if ('unknown' in parts) throw new Error(`no format: ${text}`);
  return { kind: 'strptime', text, parts };
}

function plainValue(type: ColumnType, random: SeededRandom): Value {
  switch (type.kind) {
    case 'STRING':
      return random.pick(['N/A', 'BUY', '', 'é', 'a']);
    case 'JSON':
      return '{}';
    case 'INT64':
    case 'DECIMAL':
      return random.pick([0n, 1n, -5n]);
    case 'FLOAT64':
      return random.pick([0, -0, 1.5]);
    case 'BOOL':
      return random.chance(0.5);
    case 'DATE':
      return random.pick([0, 19_000, -1]);
    case 'TIME':
      return random.pick([0, 1]);
    case 'DATETIME':
    case 'TIMESTAMP':
      return random.pick([0n, -1n, 1_675_000_000_000_000n]);
    case 'BYTES':
      return Uint8Array.of(1, 2);
  }
}

function limitsOf(type: ColumnType, random: SeededRandom): Partial<Column> {
  switch (type.kind) {
    case 'STRING':
      return random.pick<Partial<Column>>([
        { max_length: random.integer(1, 9) },
        { pattern: String.raw`[A-Z]{2}\d{1,4}` },
        { pattern: '[^x]*' },
        { allowed_values: ['BUY', 'SELL', 'é'] },
        { check: random.pick(['isin', 'currency', 'mic', 'figi'] as const) },
      ]);
    case 'INT64':
      return random.pick<Partial<Column>>([
        { min_value: 0n },
        { min_value: -50n, max_value: 500_000n },
        { max_value: 2n ** 60n },
        { allowed_values: [1n, 2n, 7n, 12n] },
      ]);
    case 'DECIMAL':
      return random.pick<Partial<Column>>([{ min_value: 0n }, { max_value: 10n ** BigInt(Math.min(type.precision - 1, 16)) }]);
    case 'DATE':
      return { min_value: 0, max_value: 20_000 };
    case 'DATETIME':
    case 'TIMESTAMP':
      return { min_value: 0n, max_value: 4_000_000_000_000_000n };
    default:
      return {};
  }
}

function ownRecord(types: ReadonlyMap<string, ColumnType>, random: SeededRandom): ControlFile {
  const summed = summedColumns([...types].map(([name, type]) => ({ name, type })));
  const totals = summed.filter(() => random.chance(0.6)).map((column) => ({ column, field: '3' }));
  const rest = { pattern: null, checksum: null, business_date: null, checksum_algorithm: null, required: true, wait_minutes: 0 };
  return { type: random.pick(['trailer', 'trailer', 'header'] as const), row_count: '2', totals, ...rest };
}

/** null where the expression does not suit the column's type. */
function randomRule(types: ReadonlyMap<string, ColumnType>, random: SeededRandom): RowRule | null {
  const [name, { kind }] = random.pick([...types]);
  const [other] = random.pick([...types]);
  const text = random.pick(RULES).replaceAll('X', name).replaceAll('Y', other);
  const parsed = parseCondition(text, types);
  if (!parsed.ok) return kind === 'STRING' ? null : randomRuleOf(`${name} is not null`, types, random);
  return { rule: text, expression: parsed.expression, severity: random.pick(['error', 'warning'] as const), code: null, description: null };
}

function randomRuleOf(text: string, types: ReadonlyMap<string, ColumnType>, random: SeededRandom): RowRule | null {
  const parsed = parseCondition(text, types);
  if (!parsed.ok) return null;
  return { rule: text, expression: parsed.expression, severity: random.pick(['error', 'warning'] as const), code: 'R', description: null };
}

const RULES = [
  'X > 100',
  'X <> 7 or Y is null',
  'X + 9000000000000000000 > 0',
  'X % 3 <> 1',
  'X >= 0 and X < 1000000',
  "X <> 'BUY'",
  'length(X) < 6',
  "X like 'A%' or X in ('a', 'BUY', 'SELL')",
  'X = Y',
  'X < Y',
  "X < date '2100-01-01'",
  "X > timestamp '1990-01-01 00:00:00+00:00'",
  'X <= current_timestamp()',
  'not X',
  'coalesce(X, Y) is not null',
];
