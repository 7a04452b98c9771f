/**
 * The canonical union of an entity: an append-only record of every staged row of every load, those of replaced loads too, so that a version
 * that was displaced can come back and nothing depends on the retention of staging. Builds empty and typed with no source.
 * When it has read a load it takes the rows of replaced loads out of staging, which holds current loads only.
 */
import { CANONICAL_ENTITIES, type EntityName } from '../../../core/canonical/entities.ts';
import { duckdbType } from '../../../core/warehouse/duckdb-type.ts';
import { sqlName } from '../../../core/warehouse/sql-text.ts';
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { columnDescription } from './column-descriptions.ts';
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

export function recordColumns(entity: RecordedEntity): readonly RecordColumn[] {
  const key = recordKey(entity);
  const lineage = LINEAGE_COLUMNS.filter((column) => column.name !== '_extra');
  const texts = ['source_name', 'source_system', ...(key === null ? [] : [key.column])];
  return [
    ...texts.map((name) => ({ name, type: 'VARCHAR', description: columnDescription(name) })),
    ...CANONICAL_ENTITIES[entity].columns.map(({ name, type, description }) => ({ name, type: duckdbType(type), description })),
    ...lineage.map(({ name, type }) => ({ name, type: duckdbType(type), description: columnDescription(name) })),
  ];
}

export function recordModel(entity: RecordedEntity, sources: readonly string[]): ProjectFile {
  const columns = recordColumns(entity);
  const names = columns.map((column) => sqlName(column.name)).join(', ');
  const list = sources.map((source) => `'${source}'`).join(', ');
  const empty = columns.map((column) => `cast(null as ${column.type}) as ${sqlName(column.name)}`).join(',\n  ');
  const lines = [
    `-- Grain: one row a staged record of any load of ${entity}. Generated from the loaded specs.`,
    '{{ config(',
    "    schema='curation', materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns',",
    '    pre_hook="{{ forget_inputs() }}",',
    `    post_hook=["{{ remove_replaced_from_staging([${list}]) }}", "{{ remember_loads(sources=[${list}]) }}"]`,
    ') }}',
    '',
    `{%- set loads = unread_loads(sources=[${list}]) %}`,
    '{%- set ids = text_list(load_ids(loads)) %}',
    '',
    'select',
    `  ${empty}`,
    'where false',
    ...sources.flatMap((source) => [
      'union all',
      `select ${names}`,
      `from {{ ref('${stagingModelName(source)}') }}`,
      'where _load_id in ({{ ids }})',
    ]),
    '',
  ];
  return { path: `models/generated/records/int_${entity}.sql`, content: lines.join('\n') };
}
