/** control.sources: what the warehouse needs to know of the loaded specs, one row a source. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import type { ProjectFile } from './project-file.ts';

type Cell = readonly [name: string, type: string, value: string];

export function sourcesModel(specs: readonly SourceSpec[]): ProjectFile {
  const rows = specs.map(
    (spec) =>
      `select ${sourceCells(spec)
        .map(([name, type, value]) => `cast(${value} as ${type}) as ${name}`)
        .join(', ')}`,
  );
  const none = `select ${sourceCells(null)
    .map(([name, type]) => `cast(null as ${type}) as ${name}`)
    .join(', ')} where false`;
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
export function sourceColumnNames(): readonly string[] {
  return sourceCells(null).map(([name]) => name);
}

function sourceCells(spec: SourceSpec | null): readonly Cell[] {
  const version = spec?.canonical.map.find((entry) => entry.column === 'version');
  const typical = spec?.expectations.typical_row_count;
  return [
    ['source_name', 'VARCHAR', sqlText(spec?.name ?? null)],
    ['entity', 'VARCHAR', sqlText(spec?.canonical.entity ?? null)],
    ['domain', 'VARCHAR', sqlText(spec?.processing.identity?.domain ?? spec?.domain ?? null)],
    ['source_system', 'VARCHAR', sqlText(spec?.processing.identity?.source_system ?? spec?.name ?? null)],
    ['strategy', 'VARCHAR', sqlText(spec?.processing.deduplication.strategy ?? null)],
    ['version_is_mapped', 'BOOLEAN', version !== undefined && version.origin !== 'default' ? 'true' : 'false'],
    ['resupply', 'VARCHAR', sqlText(spec?.processing.resupply ?? null)],
    ['delivery', 'VARCHAR', sqlText(spec?.processing.delivery ?? null)],
    ['timezone', 'VARCHAR', sqlText(spec?.source.timezone ?? null)],
    ['min_files_per_day', 'BIGINT', sqlNumber(spec?.expectations.min_files_per_day)],
    ['max_files_per_day', 'BIGINT', sqlNumber(spec?.expectations.max_files_per_day)],
    ['typical_min_rows', 'BIGINT', sqlNumber(typical?.min)],
    ['typical_max_rows', 'BIGINT', sqlNumber(typical?.max)],
    ['volume_anomaly', 'DOUBLE', sqlNumber(spec?.quality.volume_anomaly)],
  ];
}

function sqlNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? 'null' : String(value);
}
