/** default, allowed_values, min_value, max_value: read from the YAML's source text by the column's own reader. */
import { comparerOf } from '../../expression/javascript/comparison.ts';
import type { ColumnType, Value } from '../../types/column-type.ts';
import { readValue, type ReadOptions } from '../../types/read-value.ts';
import type { ColumnDocument } from '../document/document-model.ts';
import type { Path } from '../spec-problem.ts';
import type { Column, Source, TimeFormat } from '../source-spec.ts';
import { report, type Builder } from './builder.ts';

interface Shape {
  readonly type: ColumnType;
  readonly format: TimeFormat | null;
  readonly timezone: string;
  readonly precision: 'us' | 'ns';
}

type Limits = Pick<Column, 'default' | 'allowed_values' | 'min_value' | 'max_value'>;

export function buildLimits(builder: Builder, source: Source, document: ColumnDocument, index: number, shape: Shape): Limits {
  const read = (...steps: Path): Value => readScalar(builder, source, ['schema', index, ...steps], shape);
  const limits: Limits = {
    default: document.default === undefined ? null : read('default'),
    allowed_values: document.allowed_values?.map((_, at) => read('allowed_values', at)) ?? null,
    min_value: document.min_value === undefined ? null : read('min_value'),
    max_value: document.max_value === undefined ? null : read('max_value'),
  };
  const { min_value: min, max_value: max } = limits;
  if (min !== null && max !== null && comparerOf(shape.type.kind)(min, max) > 0) {
    report(builder, ['schema', index, 'min_value'], 'min_value is greater than max_value.', {
      expected: `at most ${builder.yaml.sourceText(['schema', index, 'max_value']) ?? ''}`,
      found: builder.yaml.sourceText(['schema', index, 'min_value']) ?? '',
    });
  }
  return limits;
}

/**
 * In the form that the file has (format, zone, decimal mark) or, as YAML has it, in ISO 8601 and with a decimal point:
 * an author writes min_value: 0.5 whatever the file's decimal mark.
 */
function readScalar(builder: Builder, source: Source, path: Path, shape: Shape): Value {
  const text = builder.yaml.sourceText(path);
  if (text === null) {
    return null;
  }
  const { type, format, timezone, precision } = shape;
  const asInFile: ReadOptions = { format, timezone, precision, decimalSeparator: source.csv.decimal_separator };
  const canonical = readValue(type, text, { timezone, precision });
  const reading = canonical.ok ? canonical : readValue(type, text, asInFile);
  if (!reading.ok) {
    report(builder, path, `The value is no ${type.kind === 'DECIMAL' ? 'number of the column’s type' : type.kind}.`, {
      expected: reading.expected,
      found: text,
    });
    return null;
  }
  return reading.value;
}
