/** Specs for tests whose columns are the canonical ones by name. */
import { CANONICAL_ENTITIES, type EntityName } from '../../../core/canonical/entities.ts';
import type { Column, SourceSpec } from '../../../core/spec/source-spec.ts';
import type { ColumnType } from '../../../core/types/column-type.ts';

export interface CanonicalSpecOptions {
  readonly name: string;
  readonly entity: EntityName;
  /** Canonical columns that the source has; all of the entity by default. */
  readonly columns?: readonly string[];
  readonly strategy?: SourceSpec['processing']['deduplication']['strategy'];
  readonly resupply?: SourceSpec['processing']['resupply'];
  readonly delivery?: SourceSpec['processing']['delivery'];
  readonly timezone?: string;
  readonly sourceSystem?: string;
  readonly expectations?: Partial<SourceSpec['expectations']>;
}

export function canonicalSpec(options: CanonicalSpecOptions): SourceSpec {
  const entity = CANONICAL_ENTITIES[options.entity];
  const known: readonly { readonly name: string; readonly type: ColumnType; readonly description: string }[] = entity.columns;
  const columns = known.filter((column) => options.columns?.includes(column.name) ?? true);
  const key = columns.find((column) => column.name === entity.key);
  return {
    name: options.name,
    version: 1,
    enabled: true,
    description: options.name,
    owner: 'owner@example.com',
    domain: 'markets',
    spec_file: `test/${options.name}.yaml`,
    spec_version: '0'.repeat(64),
    source: fileSource(options),
    schema: columns.map((column) => schemaColumn(column.name, column.type, column.description)),
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
      ...options.expectations,
    },
    validation: { row_level: [], file_level: [], max_bad_rows: null, max_bad_ratio_ppb: null },
    processing: {
      identity:
        entity.kind === 'transaction' && key !== undefined
          ? {
              domain: 'markets',
              source_system: options.sourceSystem ?? options.name.toUpperCase(),
              source_id: { kind: 'column', type: key.type, name: key.name },
              columns: [key.name],
            }
          : null,
      deduplication: { key: key === undefined ? [] : [key.name], strategy: options.strategy ?? 'latest_version', version_field: null },
      resupply: options.resupply ?? 'replace',
      delivery: options.delivery ?? 'delta',
      partition_field: null,
      cluster_fields: [],
    },
    canonical: {
      entity: options.entity,
      map: columns.map((column) => ({
        column: column.name,
        expression: { kind: 'column', type: column.type, name: column.name },
        origin: 'name',
      })),
    },
    quality: { volume_anomaly: null, gaps_ms: [], outliers: null, duplicates: null, crossed: null, positive: [], future_ms: null },
    stream: null,
    tests: [],
  };
}

function fileSource(options: CanonicalSpecOptions): SourceSpec['source'] {
  return {
    type: 'file',
    path_pattern: { text: `${options.name}/*.csv`, regex: `^${options.name}/[^/]*\\.csv$`, captures_business_date: false },
    format: 'csv',
    encoding: 'utf-8',
    timezone: options.timezone ?? 'UTC',
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
    xml: null,
    records: '',
    record_width: null,
    fix: null,
  };
}

function schemaColumn(name: string, type: ColumnType, description: string): Column {
  return {
    name,
    description,
    type,
    type_text: type.kind,
    mode: 'NULLABLE',
    nullable: true,
    locator: { kind: 'header', text: name },
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
  };
}
