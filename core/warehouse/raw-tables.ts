/** The tables of layer raw: one a source, and those that hold what the lane and the live checks recorded. */
import { LINEAGE_COLUMNS } from '../engine/output/lineage-columns.ts';
import { hasNanos, outputColumns } from '../engine/output-columns.ts';
import type { SourceSpec } from '../spec/source-spec.ts';
import { FINDING_COLUMNS } from '../stream/findings-manifest.ts';
import type { ColumnType } from '../types/column-type.ts';
import type { TableColumn, TableDefinition } from './table-definition.ts';

/** The columns of the source's valid.parquet, in its order. */
export function rawTable(spec: SourceSpec): TableDefinition {
  return {
    layer: 'raw',
    name: spec.name,
    description: spec.description,
    columns: [
      ...outputColumns(spec).map((column) => ({ ...column, description: descriptionOf(spec, column.name) })),
      ...LINEAGE_COLUMNS.map((column) => ({ ...column, description: LINEAGE_DESCRIPTIONS[column.name] ?? '' })),
    ],
    cluster_by: ['_load_id'],
    expires: true,
  };
}

function descriptionOf(spec: SourceSpec, name: string): string {
  const column = spec.schema.find((each) => each.name === name || (hasNanos(each) && `${each.name}_nanos` === name));
  if (column === undefined) return '';
  const parts = [
    column.name === name ? column.description : `Nanoseconds of ${column.name} below its microsecond.`,
    ...(column.unit === null ? [] : [`Unit: ${column.unit}.`]),
    ...(column.classification === null ? [] : [`Classified: ${column.classification}.`]),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const LINEAGE_DESCRIPTIONS: Readonly<Record<string, string>> = {
  _load_id: 'The load that brought the row.',
  _file: 'Landing name of the file.',
  _record: 'Number of the record in the file, from 1, refused ones counted too.',
  _line: 'Line of the file where the record starts, from 1; NULL for formats without lines.',
  _byte_offset: 'Place of the record in the decompressed file.',
  _byte_length: 'Bytes of the record without its line end.',
  _row_hash: "XXH32 of the record's bytes with two seeds.",
  _extra: 'JSON of what the schema does not know (schema_drift: evolve).',
  _warnings: 'JSON list of the warnings of the row.',
};

const STRING: ColumnType = { kind: 'STRING' };
const INT64: ColumnType = { kind: 'INT64' };

function column(name: string, type: ColumnType, description: string): TableColumn {
  return { name, type, repeated: false, description };
}

/** Every line of every segment of control/events. An event may stand here twice: its hash tells. */
export const EVENTS_TABLE: TableDefinition = {
  layer: 'raw',
  name: '_events',
  description: 'The chain of events, as the lane wrote it; an event may stand here twice.',
  columns: [
    column('event_id', STRING, ''),
    column('type', STRING, ''),
    column('at', { kind: 'TIMESTAMP' }, 'When it happened.'),
    column('run_id', STRING, ''),
    column('writer', STRING, 'The process whose chain it is part of.'),
    column('seq', INT64, 'Its number in the chain.'),
    column('load_id', STRING, ''),
    column('source', STRING, ''),
    column('data', STRING, 'JSON of its fields.'),
    column('prev_hash', STRING, 'Hash of the event before it in the chain.'),
    column('hash', STRING, ''),
    column('segment', STRING, 'Object below the root that holds it.'),
  ],
  cluster_by: ['type', 'load_id'],
  expires: false,
};

/** Records in quarantine, without their bytes and values. Rows of every attempt at a load stand here: the last verdict tells which count. */
export const QUARANTINE_TABLE: TableDefinition = {
  layer: 'raw',
  name: '_quarantine',
  description: 'Records in quarantine, without their bytes and values.',
  columns: [
    column('input', STRING, 'Load and attempt, joined by a colon: what one load job brought.'),
    column('load_id', STRING, ''),
    column('attempt', INT64, 'Number of the attempt at the load that wrote the object.'),
    column('quarantine', STRING, 'Object below the root that holds the records.'),
    column('file', STRING, 'Landing name of the file.'),
    column('record', INT64, 'Number of the record in the file, from 1.'),
    column('line', INT64, 'Line of the file where it starts, from 1.'),
    column('byte_offset', INT64, 'Its place in the decompressed file.'),
    column('byte_length', INT64, 'Its bytes.'),
    column('findings', STRING, 'JSON list of code, column, rule and what was expected.'),
  ],
  cluster_by: ['load_id', 'input'],
  expires: false,
};

/** Findings of `markets quality` of every stream, from the parts that it committed. A part may stand here twice: a finding is told by its place. */
export const LIVE_FINDINGS_TABLE: TableDefinition = {
  layer: 'raw',
  name: '_live_findings',
  description: 'What the live checks of market data found; a finding may stand here twice.',
  columns: FINDING_COLUMNS.map(({ name, type }) => column(name, type, '')),
  cluster_by: ['source_name', 'check_name'],
  expires: false,
};

export const LANE_TABLES: readonly TableDefinition[] = [EVENTS_TABLE, QUARANTINE_TABLE, LIVE_FINDINGS_TABLE];
