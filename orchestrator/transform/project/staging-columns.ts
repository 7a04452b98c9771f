/**
 * The columns of a staging model: identity, canonical columns by the typed mapping, the source's columns that no canonical column takes over as
 * they are, lineage. Nothing of the spec gets into the SQL but quoted names, literals and what the expression compiler gives.
 */
import { CANONICAL_ENTITIES } from '../../../core/canonical/entities.ts';
import { LINEAGE_COLUMNS } from '../../../core/engine/output/lineage-columns.ts';
import { outputColumns } from '../../../core/engine/output-columns.ts';
import type { Expression } from '../../../core/expression/expression.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { templateText, withoutTemplate } from '../../../core/warehouse/sql-text.ts';
import { isStream } from '../../streams/stream-sources.ts';
import { MESSAGE_COLUMNS } from './staged-messages.ts';
import { columnDescription } from './column-descriptions.ts';
import { PUBLISHED_ON, type ModelDialect } from './model-dialect.ts';
import { recordKey } from './record-key.ts';

export interface StagingColumn {
  readonly name: string;
  /** Without the alias; as it stands in a dbt model. */
  readonly sql: string;
  readonly description: string;
}

/** The hashed identity as a dbt model holds it: the model sets `source_id` to sourceIdSql. */
const IDENTITY_SQL = (domain: string, system: string): string =>
  `{{ trade_id(${templateText(domain)}, ${templateText(system)}, source_id) }}`;

export function stagingColumns(spec: SourceSpec, dialect: ModelDialect): readonly StagingColumn[] {
  const storage = dialect.kind === 'bigquery' ? [PUBLISHED_ON] : [];
  const lineage = [...LINEAGE_COLUMNS.map(({ name }) => name), ...storage].map((name) => ({
    name,
    sql: name,
    description: columnDescription(name),
  }));
  const message = (isStream(spec) ? MESSAGE_COLUMNS : []).map((name) => ({ name, sql: name, description: columnDescription(name) }));
  return [...identityColumns(spec, dialect), ...canonicalColumns(spec, dialect), ...ownColumns(spec, dialect), ...lineage, ...message];
}

/** SQL of the identity within the source system; null where the entity has none. */
export function sourceIdSql(spec: SourceSpec, dialect: ModelDialect): string | null {
  const key = recordKey(spec.canonical.entity);
  if (key === null) return null;
  const id = spec.processing.identity?.source_id ?? mapped(spec, key.canonical);
  return id === undefined ? `cast(null as ${dialect.type({ kind: 'STRING' })})` : withoutTemplate(dialect.expression(id));
}

function identityColumns(spec: SourceSpec, dialect: ModelDialect): StagingColumn[] {
  const system = spec.processing.identity?.source_system ?? spec.name;
  const domain = spec.processing.identity?.domain ?? spec.domain;
  const key = recordKey(spec.canonical.entity);
  const texts = { source_name: spec.name, source_system: system };
  return [
    ...Object.entries(texts).map(([name, text]) => ({
      name,
      sql: `cast(${dialect.text(text)} as ${dialect.type({ kind: 'STRING' })})`,
      description: columnDescription(name),
    })),
    ...(key === null ? [] : [{ name: key.column, sql: IDENTITY_SQL(domain, system), description: columnDescription(key.column) }]),
  ];
}

function mapped(spec: SourceSpec, column: string): Expression | undefined {
  return spec.canonical.map.find((entry) => entry.column === column)?.expression;
}

function canonicalColumns(spec: SourceSpec, dialect: ModelDialect): StagingColumn[] {
  return CANONICAL_ENTITIES[spec.canonical.entity].columns.map(({ name, type, description }) => {
    const expression = mapped(spec, name);
    const sql = expression === undefined ? 'null' : withoutTemplate(dialect.expression(expression));
    return { name, sql: `cast(${sql} as ${dialect.type(type)})`, description };
  });
}

/** The staging column that holds a column of the source as it came; null where only an expression over it is there. */
export function stagedName(spec: SourceSpec, column: string): string | null {
  const own = ownNames(spec).get(column);
  if (own !== undefined) return own;
  return spec.canonical.map.find(({ expression }) => expression.kind === 'column' && expression.name === column)?.column ?? null;
}

/** Columns of the source that no canonical column takes over as they are, with their names in staging. */
function ownNames(spec: SourceSpec): ReadonlyMap<string, string> {
  const entity = CANONICAL_ENTITIES[spec.canonical.entity];
  const taken = new Set<string>([
    ...entity.columns.map((column) => column.name),
    ...['source_name', 'source_system', 'trade_id', 'order_key'],
  ]);
  const carried = new Set(spec.canonical.map.flatMap((entry) => (entry.expression.kind === 'column' ? [entry.expression.name] : [])));
  const own = outputColumns(spec).filter((column) => !carried.has(column.name));
  return new Map(own.map(({ name }) => [name, taken.has(name) ? `src_${name}` : name]));
}

/** A column whose name is taken gets the prefix src_. */
function ownColumns(spec: SourceSpec, dialect: ModelDialect): StagingColumn[] {
  return [...ownNames(spec)].map(([name, staged]) => ({
    name: staged,
    sql: dialect.name(name),
    description: spec.schema.find((column) => column.name === name)?.description ?? `Nanoseconds of ${name.replace(/_nanos$/, '')}`,
  }));
}
