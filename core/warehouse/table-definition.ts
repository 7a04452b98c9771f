/** Tables that the lane fills by itself: one a source, and those of events and refused records. What dbt builds is not described here. */
import { LINEAGE_COLUMNS } from '../engine/output/lineage-columns.ts';
import { outputColumns } from '../engine/output-columns.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import type { ColumnType } from '../types/column-type.ts';
import type { Layer } from './dialect.ts';

export interface DefinedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly repeated: boolean;
  readonly description: string;
}

/** Partitioned by the day on which rows came in. Every column may be NULL: what must not be is for the engine to judge. */
export interface TableDefinition {
  readonly layer: Layer;
  readonly name: string;
  readonly description: string;
  readonly columns: readonly DefinedColumn[];
  readonly clusterBy: readonly string[];
  /** Days after which a partition goes; null for never. */
  readonly retentionDays: number | null;
  /** Whether a query must say which partitions it reads. */
  readonly requirePartitionFilter: boolean;
}

/** raw.<source>: the columns of its staged Parquet. */
export function rawTable(spec: SourceSpec, retentionDays: number): TableDefinition {
  const described = new Map(spec.schema.map(({ name, description }) => [name,.]));
  const columns = [...outputColumns(spec), ...LINEAGE_COLUMNS];
  return {
    layer: 'raw',
    name: spec.name,
    description: `Staged records of ${spec.name}, one load job a load`,
    columns: columns.map(({ name, type, repeated }) => ({ name, type, repeated, description: described.get(name) ?? '' })),
    clusterBy: ['_load_id'],
    retentionDays,
    requirePartitionFilter: true,
  };
}

const STRING: ColumnType = { kind: 'STRING' };
const INT64: ColumnType = { kind: 'INT64' };
const TIMESTAMP: ColumnType = { kind: 'TIMESTAMP' };

function column(name: string, type: ColumnType, description: string): DefinedColumn {
  return { name, type, repeated: false, description };
}

/** An event may stand in it twice (a retry, a sealed day): whoever reads keeps one a hash. */
export const EVENTS_TABLE: TableDefinition = {
  layer: 'raw',
  name: '_events',
  description: 'Every line of every segment under control/events',
  columns: [
    column('event_id', STRING, ''),
    column('type', STRING, ''),
    column('at', TIMESTAMP, "The run's clock"),
    column('run_id', STRING, ''),
    column('writer', STRING, ''),
    column('seq', INT64, "Place in the writer's chain"),
    column('load_id', STRING, ''),
    column('source', STRING, ''),
    column('data', STRING, 'JSON as text'),
    column('prev_hash', STRING, ''),
    column('hash', STRING, ''),
    column('segment', STRING, 'Name of the object below the root'),
  ],
  clusterBy: ['segment'],
  retentionDays: null,
  requirePartitionFilter: false,
};

/** No values: neither the bytes of a record nor what was found in it. */
export const QUARANTINE_TABLE: TableDefinition = {
  layer: 'raw',
  name: '_quarantine',
  description: 'Refused records of every attempt at a load: their place and what is wrong, without any value',
  columns: [
    column('input', STRING, '<load_id>:<attempt>'),
    column('load_id', STRING, ''),
    column('attempt', INT64, 'Of the load that wrote the object'),
    column('quarantine', STRING, 'Name of the object below the root'),
    column('file', STRING, ''),
    column('record', INT64, '1-based number of the record'),
    column('line', INT64, '1-based physical line, NULL for formats without lines'),
    column('byte_offset', INT64, ''),
    column('byte_length', INT64, ''),
    column('findings', STRING, 'JSON list of code, column, rule, expected'),
  ],
  clusterBy: ['input'],
  retentionDays: null,
  requirePartitionFilter: false,
};
