/** control.sources: what the warehouse needs to know of the loaded specs, one row a source. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { isStream } from '../../streams/stream-sources.ts';
import { NO_ROW, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';

type Cell = readonly [name: string, type: string, value: string];

export function sourcesModel(specs: readonly SourceSpec[], dialect: ModelDialect): ProjectFile {
  const rows = specs.map(
    (spec) =>
      `select ${sourceCells(spec, dialect)
        .map(([name, type, value]) => `cast(${value} as ${type}) as ${name}`)
        .join(', ')}`,
  );
  const none = `select ${sourceCells(null, dialect)
    .map(([name, type]) => `cast(null as ${type}) as ${name}`)
    .join(', ')} ${NO_ROW}`;
  const content = [
    '-- Grain: one row a loaded source. Generated from the loaded specs.',
    "{{ config(schema='control', materialized='table') }}",
    '',
    [none, ...rows].join('\nunion all\n'),
    '',
  ];
  return { path: 'models/generated/control/sources.sql', content: content.join('\n') };
}

/** In the order of the model. */
export function sourceColumnNames(dialect: ModelDialect): readonly string[] {
  return sourceCells(null, dialect).map(([name]) => name);
}

function sourceCells(spec: SourceSpec | null, dialect: ModelDialect): readonly Cell[] {
  const [text, integer, truth, float] = (['STRING', 'INT64', 'BOOL', 'FLOAT64'] as const).map((kind) => dialect.type({ kind })) as [
    string,
    string,
    string,
    string,
  ];
  const version = spec?.canonical.map.find((entry) => entry.column === 'version');
  const typical = spec?.expectations.typical_row_count;
  return [
    ['source_name', text, dialect.text(spec?.name ?? null)],
    ['entity', text, dialect.text(spec?.canonical.entity ?? null)],
    ['domain', text, dialect.text(spec?.processing.identity?.domain ?? spec?.domain ?? null)],
    ['source_system', text, dialect.text(spec?.processing.identity?.source_system ?? spec?.name ?? null)],
    ['strategy', text, dialect.text(spec?.processing.deduplication.strategy ?? null)],
    ['version_is_mapped', truth, version !== undefined && version.origin !== 'default' ? 'true' : 'false'],
    ['resupply', text, dialect.text(spec?.processing.resupply ?? null)],
    ['delivery', text, dialect.text(spec?.processing.delivery ?? null)],
    ['timezone', text, dialect.text(spec?.source.timezone ?? null)],
    ['min_files_per_day', integer, sqlNumber(spec?.expectations.min_files_per_day)],
    ['max_files_per_day', integer, sqlNumber(spec?.expectations.max_files_per_day)],
    ['typical_min_rows', integer, sqlNumber(typical?.min)],
    ['typical_max_rows', integer, sqlNumber(typical?.max)],
    ['volume_anomaly', float, sqlNumber(spec?.quality.volume_anomaly)],
    ['is_stream', truth, spec !== null && isStream(spec) ? 'true' : 'false'],
    ['kafka_topic', text, dialect.text(spec?.stream?.kafka_topic ?? null)],
    ['has_sequence', truth, typeof spec?.stream?.sequence_field === 'string' ? 'true' : 'false'],
    ['reconcile_with', text, dialect.text(spec?.stream?.reconcile_with ?? null)],
  ];
}

function sqlNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? 'null' : String(value);
}
