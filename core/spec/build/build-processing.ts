/** processing: identity, de-duplication and layout. */
import { parseExpression, castTo } from '../../expression/parse-expression.ts';
import { callsFunction, referencedColumns } from '../../expression/referenced-columns.ts';
import type { ColumnTypes } from '../../expression/type-check.ts';
import { nearestWord } from '../../types/nearest-word.ts';
import type { Column, Identity, Processing } from '../source-spec.ts';
import type { Path } from '../spec-problem.ts';
import { report, reportExpression, type Builder } from './builder.ts';

/** What de-duplication falls back to, known once the canonical columns are. */
export interface CanonicalKeys {
  /** Source columns of the entity's key. */
  readonly key: readonly string[];
  /** Source column of version. */
  readonly version: string | null;
}

export function buildIdentity(builder: Builder, types: ColumnTypes): Identity | null {
  const document = builder.document.processing?.identity;
  if (document === undefined) {
    return null;
  }
  const path = ['processing', 'identity', 'source_id_field'];
  const parsed = parseExpression(document.source_id_field, types);
  const text = parsed.ok ? castTo(parsed.expression, { kind: 'STRING' }) : parsed;
  if (!text.ok) {
    reportExpression(builder, path, text.problem);
    return null;
  }
  const columns = referencedColumns(text.expression);
  if (columns.length === 0 || callsFunction(text.expression, 'current_timestamp')) {
    report(builder, path, 'An identity follows from the record’s columns alone.', {
      expected: 'a column',
      found: document.source_id_field,
    });
  }
  return { domain: document.domain, source_system: document.source_system, source_id: text.expression, columns };
}

export function buildProcessing(builder: Builder, columns: readonly Column[], identity: Identity | null, keys: CanonicalKeys): Processing {
  const document = builder.document.processing ?? {};
  const { partition_field: partition = null, cluster_fields: cluster = [] } = document;
  if (partition !== null) {
    checkColumn(builder, ['processing', 'partition_field'], partition, columns);
    const kind = columns.find(({ name }) => name === partition)?.type.kind;
    if (kind !== undefined && !['DATE', 'DATETIME', 'TIMESTAMP'].includes(kind)) {
      report(builder, ['processing', 'partition_field'], 'A table is partitioned by a date.', {
        expected: 'DATE, DATETIME or TIMESTAMP',
        found: kind,
      });
    }
  }
  cluster.forEach((name, index) => checkColumn(builder, ['processing', 'cluster_fields', index], name, columns));
  return {
    identity,
    deduplication: buildDeduplication(builder, columns, identity, keys),
    resupply: document.resupply ?? 'replace',
    delivery: document.delivery ?? 'delta',
    partition_field: partition,
    cluster_fields: cluster,
  };
}

function buildDeduplication(
  builder: Builder,
  columns: readonly Column[],
  identity: Identity | null,
  keys: CanonicalKeys,
): Processing['deduplication'] {
  const document = builder.document.processing?.deduplication ?? {};
  const path = ['processing', 'deduplication'];
  const fallback = identity === null ? keys.key : identity.columns;
  const key = document.key === undefined ? fallback : [document.key].flat();
  if (document.key !== undefined) {
    key.forEach((name, index) => checkColumn(builder, [...path, 'key', ...(Array.isArray(document.key) ? [index] : [])], name, columns));
  }
  const version = document.version_field ?? keys.version;
  if (document.version_field !== undefined) {
    checkColumn(builder, [...path, 'version_field'], document.version_field, columns);
  }
  const standard = key.length === 0 ? 'none' : version === null ? 'latest_arrival' : 'latest_version';
  const strategy = document.strategy ?? standard;
  if (strategy === 'latest_version' && version === null) {
    report(builder, [...path, 'strategy'], 'latest_version needs a version.', { expected: 'version_field: a column', found: 'nothing' });
  }
  if (strategy !== 'none' && key.length === 0) {
    report(builder, [...path, 'key'], 'De-duplication needs a key.', { expected: 'key: columns', found: 'nothing' });
  }
  return { key, strategy, version_field: version };
}

function checkColumn(builder: Builder, path: Path, name: string, columns: readonly Column[]): void {
  const names = columns.map((column) => column.name);
  if (!names.includes(name)) {
    const nearest = nearestWord(name, names);
    report(builder, path, `There is no column ${name}.`, {
      expected: nearest === undefined ? names.join(', ') : `perhaps ${nearest}`,
      found: name,
    });
  }
}
