/**
 * The staging model of a source, generated from its spec: canonical columns by the typed mapping, then the source's columns that no canonical
 * column takes over as they are, then the lineage. Nothing of the spec gets into the SQL but quoted names, literals and the
 * SQL that the expression compiler gives.
 */
import { CANONICAL_ENTITIES } from '../../../core/canonical/entities.ts';
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { outputColumns } from '../../../core/engine/output-columns.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { duckdbType } from '../../../core/warehouse/duckdb-type.ts';
import { sqlName, sqlText, templateText, withoutTemplate } from '../../../core/warehouse/sql-text.ts';
import { compileToDuckDbSql } from '../../../core/expression/to-duckdb-sql.ts';
import type { ProjectFile } from './project-file.ts';
import { recordKey } from './record-key.ts';

export function stagingModelName(source: string): string {
  return `stg_${source}`;
}

export function stagingModel(spec: SourceSpec): ProjectFile {
  const columns = outputColumns(spec);
  const staged = [...columns, ...LINEAGE_COLUMNS].map((column) => `['${column.name}', '${duckdbType(column.type, column.repeated)}']`);
  const source = sqlText(spec.name);
  const lines = [
    `-- Grain: one row a staged record of a current load of ${spec.name}. Generated from its spec.`,
    '{{ config(',
    "    schema='staging', materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns',",
    '    pre_hook="{{ forget_inputs() }}",',
    `    post_hook="{{ remember_loads(sources=[${source}]) }}"`,
    ') }}',
    '',
    `{%- set loads = unread_loads(sources=[${source}]) %}`,
    '',
    'with staged as (',
    `  {{ read_staged(${source}, loads, [`,
    `    ${staged.join(',\n    ')}`,
    '  ]) }}',
    ')',
    '',
    'select',
    `  ${[...identityColumns(spec), ...canonicalColumns(spec), ...ownColumns(spec), ...LINEAGE_COLUMNS.map((column) => column.name)].join(',\n  ')}`,
    'from staged',
    '',
  ];
  return { path: `models/generated/staging/${stagingModelName(spec.name)}.sql`, content: lines.join('\n') };
}

function identityColumns(spec: SourceSpec): string[] {
  const system = spec.processing.identity?.source_system ?? spec.name;
  const columns = [`cast(${sqlText(spec.name)} as VARCHAR) as source_name`, `cast(${sqlText(system)} as VARCHAR) as source_system`];
  const key = recordKey(spec.canonical.entity);
  if (key === null) {
    return columns;
  }
  const domain = spec.processing.identity?.domain ?? spec.domain;
  const own = spec.processing.identity?.source_id ?? mapped(spec, key.canonical);
  const id = own === undefined ? 'cast(null as VARCHAR)' : compileToDuckDbSql(own);
  return [...columns, `{{ trade_id(${sqlText(domain)}, ${sqlText(system)}, ${templateText(id)}) }} as ${key.column}`];
}

function mapped(spec: SourceSpec, column: string): SourceSpec['canonical']['map'][number]['expression'] | undefined {
  return spec.canonical.map.find((entry) => entry.column === column)?.expression;
}

function canonicalColumns(spec: SourceSpec): string[] {
  return CANONICAL_ENTITIES[spec.canonical.entity].columns.map((column) => {
    const expression = mapped(spec, column.name);
    const sql = expression === undefined ? 'null' : withoutTemplate(compileToDuckDbSql(expression));
    return `cast(${sql} as ${duckdbType(column.type)}) as ${sqlName(column.name)}`;
  });
}

/** Columns that no canonical column takes over unchanged; one whose name is taken gets the prefix src_. */
function ownColumns(spec: SourceSpec): string[] {
  const entity = CANONICAL_ENTITIES[spec.canonical.entity];
  const taken = new Set<string>([...entity.columns.map((column) => column.name), 'source_name', 'source_system', 'trade_id', 'order_key']);
  const carried = new Set(spec.canonical.map.flatMap((entry) => (entry.expression.kind === 'column' ? [entry.expression.name] : [])));
  return outputColumns(spec)
    .filter((column) => !carried.has(column.name))
    .map((column) => `${sqlName(column.name)} as ${sqlName(taken.has(column.name) ? `src_${column.name}` : column.name)}`);
}
