/** Specs of every shape: formats, dialects, encodings, types with their limits and formats, rules over two columns. */
import fc from 'fast-check';
import { parseSpec } from '../../../spec/parse-spec.ts';
import type { SourceSpec } from '../../../spec/source-spec.ts';

/** An entry of `schema` without its name. */
type ColumnShape = Readonly<Record<string, unknown>>;

const constants = (...shapes: readonly ColumnShape[]): fc.Arbitrary<ColumnShape> => fc.constantFrom(...shapes);

const STRINGS = constants(
  { type: 'STRING' },
  { type: 'STRING' },
  { type: 'STRING', allowed_values: ['BUY', 'SELL', 'é & ü'] },
  { type: 'STRING', pattern: '[A-Z]{2}[0-9]{4}' },
  { type: 'STRING', pattern: '(AB|CD)-\\d{2,5}', max_length: 6 },
  { type: 'STRING', max_length: 9 },
  { type: 'STRING', default: 'none' },
  ...['lei', 'isin', 'mic', 'currency', 'cfi', 'figi'].map((check) => ({ type: 'STRING', check })),
);

const NUMBERS = fc.oneof(
  constants(
    { type: 'INT64' },
    { type: 'INT64', min_value: '-5', max_value: '1000000' },
    { type: 'INT64', allowed_values: ['1', '10', '9223372036854775807'] },
    { type: 'NUMERIC' },
    { type: 'BIGNUMERIC' },
    { type: 'NUMERIC(18,9)', min_value: '0' },
    { type: 'NUMERIC(18,4)', min_value: '-1.5', max_value: '99.25' },
    { type: 'NUMERIC', default: '0.5' },
    { type: 'FLOAT64' },
    { type: 'BOOL' },
  ),
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: Math.min(precision, 9) })))
    .map(([precision, scale]) => ({ type: `NUMERIC(${precision},${scale})` })),
);

const TIMES = constants(
  { type: 'DATE' },
  { type: 'DATE', format: '%Y%m%d' },
  { type: 'DATE', format: '%d.%m.%Y' },
  { type: 'TIME' },
  { type: 'DATETIME' },
  { type: 'DATETIME', format: '%d/%m/%Y %H:%M:%S' },
  { type: 'TIMESTAMP' },
  { type: 'TIMESTAMP' },
  { type: 'TIMESTAMP', timezone: 'Europe/Paris' },
  { type: 'TIMESTAMP', precision: 'ns' },
  { type: 'TIMESTAMP', format: '%Y%m%d-%H:%M:%S.%f' },
  { type: 'TIMESTAMP', format: '%Y-%m-%dT%H:%M:%S%z' },
  ...['epoch_s', 'epoch_ms', 'epoch_us'].map((format) => ({ type: 'TIMESTAMP', format })),
);

const OTHERS = constants({ type: 'JSON' }, { type: 'BYTES' });

const COLUMNS = fc.array(
  fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: STRINGS },
        { weight: 5, arbitrary: NUMBERS },
        { weight: 5, arbitrary: TIMES },
        { weight: 1, arbitrary: OTHERS },
      ),
      fc.boolean(),
    )
    .map(([shape, nullable]): ColumnShape => ({ ...shape, nullable: 'default' in shape || nullable })),
  { minLength: 1, maxLength: 12 },
);

const DIALECTS = fc.record({
  encoding: fc.constantFrom('utf-8', 'utf-8', 'utf-8', 'latin-1', 'windows-1252', 'utf-16', 'utf-16le', 'utf-16be'),
  delimiter: fc.constantFrom(',', ',', ';', '|', '\t'),
  escape: fc.constantFrom('"', '"', '\\'),
  decimal_separator: fc.constantFrom('.', '.', ','),
  has_header: fc.boolean(),
  skip_rows: fc.constantFrom(0, 0, 2),
  null_values: fc.constantFrom([], [''], ['NULL', 'n/a']),
});

const LAYOUTS = fc.oneof(
  { weight: 4, arbitrary: DIALECTS.map((dialect) => ({ ...dialect, format: 'csv' })) },
  { weight: 1, arbitrary: fc.constant({ format: 'jsonl' }) },
  { weight: 1, arbitrary: fc.constant({ format: 'json', records: '/data/rows' }) },
  { weight: 1, arbitrary: fc.constant({ format: 'xml', root_element: 'rows', row_element: 'row' }) },
);

/** Every spec of it is one that `markets validate-specs` takes; a shape that is not is a bug here, and is thrown. */
export const RANDOM_SPECS: fc.Arbitrary<SourceSpec> = fc
  .record({ layout: LAYOUTS, shapes: COLUMNS, drift: fc.constantFrom('freeze', 'evolve', 'discard'), isUnique: fc.boolean() })
  .map(({ layout, shapes, drift, isUnique }) => {
    const { format } = layout;
    const identity = { name: 'id', type: 'STRING', nullable: false, unique: isUnique };
    const schema = [identity, ...shapes.map((shape, index) => ({ ...shape, name: `c${index + 1}` }))].map((shape) => ({
      ...shape,
      description: 'A column of a random spec',
      ...(format === 'csv' ? {} : { [format === 'xml' ? 'xpath' : 'path']: pathOf(format, shape.name) }),
    }));
    return parsed({
      name: 'random',
      description: 'A random spec',
      owner: 'owner@example.com',
      domain: 'markets',
      source: { path_pattern: `random/*.${format}`, ...layout },
      schema,
      schema_drift: drift,
      validation: { row_level: rulesOf(shapes) },
      canonical: { entity: 'none' },
    });
  });

/** Every third column of a tree stands one level deeper. */
function pathOf(format: string, name: string): string {
  if (!/[369]$/.test(name)) return format === 'xml' && name.endsWith('5') ? `@${name}` : name;
  return format === 'xml' ? `inner/${name}` : `inner.${name}`;
}

/** Rules that some rows meet and some do not: no number may be the largest of all, a time goes before the next of its type. */
function rulesOf(shapes: readonly ColumnShape[]): readonly object[] {
  return shapes.flatMap((shape, index) => {
    const [name, next] = [`c${index + 1}`, shapes[index + 1]];
    if (shape['type'] === 'INT64')
      return [
        { rule: `${name} <> 7`, code: `NO_SEVEN_${index}` },
        { rule: `${name} > 3`, severity: 'warning' },
      ];
    if (['DATE', 'TIMESTAMP'].includes(String(shape['type'])) && next?.['type'] === shape['type'])
      return [{ rule: `${name} <= c${index + 2}` }];
    return [];
  });
}

function parsed(document: object): SourceSpec {
  // A JSON document is a YAML document.
  const result = parseSpec(JSON.stringify(document), 'random.yaml');
  if ('problems' in result) throw new Error(`${result.problems.map(({ message }) => message).join('; ')}: ${JSON.stringify(document)}`);
  return result.spec;
}
