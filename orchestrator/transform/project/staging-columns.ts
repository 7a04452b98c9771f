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

/** What a column of the source is called in staging: as its canonical column where it is nothing else, else by its own name. */
export function stagedColumnName(spec: SourceSpec, name: string): string {
  const carrying = spec.canonical.map.find(({ expression }) => expression.kind === 'column' && expression.name === name);
  if (carrying !== undefined) return carrying.column;
  return takenNames(spec).has(name) ? `src_${name}` : name;
}

function takenNames(spec: SourceSpec): ReadonlySet<string> {
  const entity = CANONICAL_ENTITIES[spec.canonical.entity];
  return new Set<string>([...entity.columns.map((column) => column.name), 'source_name', 'source_system', 'trade_id', 'order_key']);
}

/** A column whose name is taken gets the prefix src_. */
function ownColumns(spec: SourceSpec, dialect: ModelDialect): StagingColumn[] {
  const carried = new Set(spec.canonical.map.flatMap((entry) => (entry.expression.kind === 'column' ? [entry.expression.name] : [])));
  return outputColumns(spec)
    .filter((column) => !carried.has(column.name))
    .map(({ name }) => ({
      name: stagedColumnName(spec, name),
      sql: dialect.name(name),
      description: spec.schema.find((column) => column.name === name)?.description ?? `Nanoseconds of ${name.replace(/_nanos$/, '')}`,
    }));
}
