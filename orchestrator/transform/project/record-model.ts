/**
 * The canonical union of an entity: an append-only record of every staged row of every load, those of replaced loads too, so that a version
 * that was displaced can come back and nothing depends on the retention of staging. Builds empty and typed with no source.
 * When it has read a load it takes the rows of replaced loads out of staging, which holds current loads only.
 */
import { CANONICAL_ENTITIES, type EntityName } from '../../../core/canonical/entities.ts';
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { columnDescription } from './column-descriptions.ts';
import { NO_ROW, PUBLISHED_ON, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { recordKey } from './record-key.ts';
import { stagingModelName } from './staging-model.ts';

export type RecordedEntity = Exclude<EntityName, 'none'>;

export const RECORDED_ENTITIES = Object.keys(CANONICAL_ENTITIES).filter((name): name is RecordedEntity => name !== 'none');

interface RecordColumn {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

export function recordColumns(entity: RecordedEntity, dialect: ModelDialect): readonly RecordColumn[] {
  const key = recordKey(entity);
  const lineage = LINEAGE_COLUMNS.filter((column) => column.name !== '_extra');
  const texts = ['source_name', 'source_system', ...(key === null ? [] : [key.column])];
  return [
    ...texts.map((name) => ({ name, type: dialect.type({ kind: 'STRING' }), description: columnDescription(name) })),
    ...CANONICAL_ENTITIES[entity].columns.map(({ name, type, description }) => ({ name, type: dialect.type(type), description })),
    ...lineage.map(({ name, type }) => ({ name, type: dialect.type(type), description: columnDescription(name) })),
    ...(dialect.kind === 'bigquery'
      ? [{ name: PUBLISHED_ON, type: dialect.type({ kind: 'DATE' }), description: columnDescription(PUBLISHED_ON) }]
      : []),
  ];
}

export function recordModel(entity: RecordedEntity, sources: readonly string[], dialect: ModelDialect): ProjectFile {
  const columns = recordColumns(entity, dialect);
  const names = columns.map((column) => dialect.name(column.name)).join(', ');
  const cluster = recordKey(entity)?.column ?? '_load_id';
  const list = sources.map((source) => `'${source}'`).join(', ');
  const empty = columns.map((column) => `cast(null as ${column.type}) as ${dialect.name(column.name)}`).join(',\n  ');
  const lines = [
    `-- Grain: one row a staged record of any load of ${entity}. Generated from the loaded specs.`,
    '{{ config(',
    "    schema='curation', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_load_id',",
    `    on_schema_change='append_new_columns', partition_by=partitioned_by('_published_on'), cluster_by=['${cluster}'],`,
    '    pre_hook="{{ forget_inputs() }}",',
    `    post_hook=["{{ remove_replaced_from_staging([${list}]) }}", "{{ remember_loads(sources=[${list}]) }}"]`,
    ') }}',
    '',
    `{%- set loads = unread_loads(sources=[${list}]) %}`,
    '{%- set ids = text_list(load_ids(loads)) %}',
    '{%- set filter = loads_filter(load_ids(loads)) %}',
    '',
    "{{ merge_filter('_published_on', loads | map(attribute='published_on') | list) }}",
    'select',
    `  ${empty}`,
    NO_ROW,
    ...sources.flatMap((source) => [
      'union all',
      `select ${names}`,
      `from {{ pruned(ref('${stagingModelName(source)}'), filter) }} as staged`,
      'where _load_id in ({{ ids }})',
    ]),
    '',
  ];
  return { path: `models/generated/records/int_${entity}.sql`, content: lines.join('\n') };
}
