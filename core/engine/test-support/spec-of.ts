/** Specs for tests of the engine, made directly in their parsed form. */
import { parseExpression } from '../../expression/parse-expression.ts';
import type { Column, ColumnLocator, RowRule, SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnType } from '../../types/column-type.ts';

export const STRING: ColumnType = { kind: 'STRING' };
export const INT64: ColumnType = { kind: 'INT64' };
export const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: 18, scale: 4 };

export type ColumnOptions = Partial<Column> & { readonly name: string };

export function column(options: ColumnOptions): Column {
  const type = options.type ?? STRING;
  const locator: ColumnLocator = { kind: 'header', text: options.name };
  return {
    description: '',
    type,
    type_text: type.kind,
    mode: 'NULLABLE',
    nullable: true,
    locator,
    format: null,
    timezone: 'UTC',
    precision: 'us',
    default: null,
    allowed_values: null,
    pattern: null,
    min_value: null,
    max_value: null,
    max_length: null,
    unique: false,
    check: null,
    classification: null,
    unit: null,
    ...options,
  };
}

type SpecOptions = Partial<Omit<SourceSpec, 'source' | 'validation' | 'schema'>> & {
  readonly schema: readonly ColumnOptions[];
  readonly source?: Partial<Omit<SourceSpec['source'], 'csv'>> & { readonly csv?: Partial<SourceSpec['source']['csv']> };
  readonly validation?: Partial<SourceSpec['validation']>;
};

export function specOf({ schema, source, validation, ...rest }: SpecOptions): SourceSpec {
  return {
    name: 'orders',
    version: 1,
    enabled: true,
    description: '',
    owner: 'owner@bank.example',
    domain: 'markets',
    spec_file: 'trading/orders.yaml',
    spec_version: '0'.repeat(64),
    schema: schema.map(column),
    schema_drift: 'freeze',
    control_file: null,
    expectations: {
      frequency: null,
      expected_by: null,
      calendar: 'weekdays',
      min_files_per_day: 0,
      max_files_per_day: null,
      typical_row_count: null,
      max_file_size_mb: null,
    },
    processing: {
      identity: null,
      deduplication: { key: [], strategy: 'none', version_field: null },
      resupply: 'replace',
      delivery: 'full',
      partition_field: null,
      cluster_fields: [],
    },
    canonical: { entity: 'none', map: [] },
    quality: { volume_anomaly: null, gaps_ms: [], outliers: null, duplicates: null, crossed: null, positive: [], future_ms: null },
    stream: null,
    tests: [],
    ...rest,
    validation: { row_level: [], file_level: [], max_bad_rows: null, max_bad_ratio_ppb: null, ...validation },
    source: {
      type: 'file',
      path_pattern: { text: 'orders.csv', regex: '^orders\\.csv$', captures_business_date: false },
      format: 'csv',
      encoding: 'utf-8',
      timezone: 'UTC',
      xml: null,
      records: '',
      record_width: null,
      fix: null,
      ...source,
      csv: {
        delimiter: ',',
        quote: '"',
        escape: '"',
        has_header: true,
        skip_rows: 0,
        comment: null,
        null_values: [],
        decimal_separator: '.',
        ignore_columns: [],
        ...source?.csv,
      },
    },
  };
}

/** A rule over columns of these types. */
export function rowRule(text: string, columns: ReadonlyMap<string, ColumnType>, extra: Partial<RowRule> = {}): RowRule {
  const parsed = parseExpression(text, columns);
  if (!parsed.ok) {
    throw new Error(parsed.problem.message);
  }
  return { rule: text, expression: parsed.expression, severity: 'error', code: null, description: null, ...extra };
}
