/** Normalised specs for tests of the engine, with nothing said that a test does not say. */
import type { Column, Source, SourceSpec } from '../../spec/source-spec.ts';
import type { ColumnType } from '../../types/column-type.ts';

/** Formats whose columns stand under their own names. */
export type PlainFormat = 'csv' | 'json' | 'jsonl' | 'xml';

export interface PlainSpecOptions {
  readonly name?: string;
  readonly format?: PlainFormat;
  readonly columns: readonly Column[];
  readonly source?: Partial<Source>;
  readonly spec?: Partial<SourceSpec>;
}

export function plainSpec({ name = 'plain', format = 'csv', columns, source, spec }: PlainSpecOptions): SourceSpec {
  return {
    name,
    version: 1,
    enabled: true,
    description: 'A source of a test',
    owner: 'owner@example.com',
    domain: 'markets',
    spec_file: `markets/${name}.yaml`,
    spec_version: '0'.repeat(64),
    source: { ...plainSource(format), ...source },
    schema: columns,
    schema_drift: 'freeze',
    control_file: null,
    expectations: {
      frequency: null,
      expected_by: null,
      calendar: 'every_day',
      min_files_per_day: 0,
      max_files_per_day: null,
      typical_row_count: null,
      max_file_size_mb: null,
    },
    validation: { row_level: [], file_level: [], max_bad_rows: null, max_bad_ratio_ppb: null },
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
    ...spec,
  };
}

function plainSource(format: PlainFormat): Source {
  return {
    type: 'file',
    path_pattern: { text: '*', regex: '^[^/]*$', captures_business_date: false },
    format,
    encoding: 'utf-8',
    timezone: 'UTC',
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
    },
    xml: format === 'xml' ? { root_element: null, row_element: 'row', namespaces: {}, flatten_nested: false } : null,
    records: '',
    record_width: null,
    fix: null,
  };
}

/** A nullable column that stands under its own name in every format. */
export function plainColumn(name: string, type: ColumnType, format: PlainFormat, more: Partial<Column> = {}): Column {
  return {
    name,
    description: name,
    type,
    type_text: type.kind === 'DECIMAL' ? `NUMERIC(${type.precision},${type.scale})` : type.kind,
    mode: 'NULLABLE',
    nullable: true,
    locator: plainLocator(name, format),
    format: ['DATE', 'TIME', 'DATETIME', 'TIMESTAMP'].includes(type.kind) ? { kind: 'iso8601' } : null,
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
    ...more,
  };
}

function plainLocator(name: string, format: PlainFormat): Column['locator'] {
  switch (format) {
    case 'csv':
      return { kind: 'header', text: name };
    case 'json':
    case 'jsonl':
      return { kind: 'json_path', steps: [name] };
    case 'xml':
      return { kind: 'xpath', steps: [{ kind: 'child', namespace: null, name, index: null }] };
  }
}
