/** processing: identity, de-duplication and layout. */
import { parseExpression, castTo } from '../../expression/parse-expression.ts';
import { callsFunction, referencedColumns } from '../../expression/referenced-columns.ts';
import type { ColumnTypes } from '../../expression/type-check.ts';
import type { Column, Identity, Processing } from '../source-spec.ts';
import { report, reportExpression, type Builder } from './builder.ts';
import { checkColumn } from './check-column.ts';

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

/** `streamKey` is the column that tells one event of a stream from another; null where there is none. */
export function buildProcessing(
  builder: Builder,
  columns: readonly Column[],
  identity: Identity | null,
  keys: CanonicalKeys,
  streamKey: string | null,
): Processing {
  const document = builder.document.processing ?? {};
  const { partition_field: partition = null, cluster_fields: cluster = [] } = document;
  if (partition !== null) {
    const kind = checkColumn(builder, ['processing', 'partition_field'], partition, columns)?.type.kind;
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
    deduplication: buildDeduplication(builder, columns, identity, keys, streamKey),
    // A message never takes the place of another load.
    resupply: document.resupply ?? (builder.document.source.type === 'stream' ? 'append' : 'replace'),
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
  streamKey: string | null,
): Processing['deduplication'] {
  const document = builder.document.processing?.deduplication ?? {};
  const path = ['processing', 'deduplication'];
  const fallback = streamKey !== null ? [streamKey] : identity === null ? keys.key : identity.columns;
  const key = document.key === undefined ? fallback : [document.key].flat();
  if (document.key !== undefined) {
    key.forEach((name, index) => checkColumn(builder, [...path, 'key', ...(Array.isArray(document.key) ? [index] : [])], name, columns));
  }
  const version = document.version_field ?? keys.version;
  if (document.version_field !== undefined) {
    checkColumn(builder, [...path, 'version_field'], document.version_field, columns);
  }
  const strategy = document.strategy ?? standardStrategy(builder, key, version, streamKey);
  if (strategy === 'latest_version' && version === null) {
    report(builder, [...path, 'strategy'], 'latest_version needs a version.', { expected: 'version_field: a column', found: 'nothing' });
  }
  if (strategy !== 'none' && key.length === 0) {
    report(builder, [...path, 'key'], 'De-duplication needs a key.', { expected: 'key: columns', found: 'nothing' });
  }
  return { key, strategy, version_field: version };
}

/** Of a stream the first arrival stands: what is delivered twice says nothing new. A version that the spec names counts all the same. */
function standardStrategy(
  builder: Builder,
  key: readonly string[],
  version: string | null,
  streamKey: string | null,
): Processing['deduplication']['strategy'] {
  if (key.length === 0) return 'none';
  const { document } = builder;
  const isStream = document.source.type === 'stream' || streamKey !== null;
  if (isStream && document.processing?.deduplication?.version_field === undefined) return 'first_arrival';
  return version === null ? 'latest_arrival' : 'latest_version';
}
