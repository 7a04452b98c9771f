/** The staging model of a source, generated from its spec: its current loads with canonical names and types. */
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { outputColumns } from '../../../core/engine/output-columns.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import { isStream } from '../../streams/stream-sources.ts';
import type { ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { sourceIdSql, stagingColumns } from './staging-columns.ts';
import { stagedMessages } from './staged-messages.ts';

export function stagingModelName(source: string): string {
  return `stg_${source}`;
}

export function stagingModel(spec: SourceSpec, dialect: ModelDialect): ProjectFile {
  const staged = [...outputColumns(spec), ...LINEAGE_COLUMNS].map(
    (column) => `['${column.name}', '${dialect.type(column.type, column.repeated)}']`,
  );
  const source = sqlText(spec.name);
  const sourceId = sourceIdSql(spec, dialect);
  const lines = [
    `-- Grain: one row a staged record of a current load of ${spec.name}. Generated from its spec.`,
    '{{ config(',
    "    schema='staging', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_load_id',",
    "    on_schema_change='append_new_columns', partition_by=partitioned_by('_published_on'), cluster_by=['_load_id'],",
    '    pre_hook="{{ forget_inputs() }}",',
    `    post_hook="{{ remember_loads(sources=[${source}]) }}"`,
    ') }}',
    '',
    `{%- set loads = unread_loads(sources=[${source}]) %}`,
    ...(sourceId === null ? [] : [`{%- set source_id -%}${sourceId}{%- endset %}`]),
    '',
    "{{ merge_filter('_published_on', loads | map(attribute='published_on') | list) }}",
    'with staged as (',
    ...(isStream(spec)
      ? [`  ${stagedMessages(spec, dialect)}`]
      : [`  {{ read_staged(${source}, loads, [`, `    ${staged.join(',\n    ')}`, '  ]) }}']),
    ')',
    '',
    'select',
    `  ${stagingColumns(spec, dialect)
      .map(({ name, sql }) => `${sql} as ${dialect.name(name)}`)
      .join(',\n  ')}`,
    'from staged',
    '',
  ];
  return { path: `models/generated/staging/${stagingModelName(spec.name)}.sql`, content: lines.join('\n') };
}
