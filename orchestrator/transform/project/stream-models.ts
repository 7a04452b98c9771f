/**
 * The raw models of a stream: its envelopes as the bus wrote them, and a view with the typed columns of its spec. On BigQuery the envelopes are tables that a
 * subscription or the sink fills; on DuckDB models that read the parts of unread loads. What they hold is never built anew: the parts live 30 days only.
 */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { outputColumns } from '../../../core/engine/output-columns.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import { columnDescription } from './column-descriptions.ts';
import type { DocumentedModel } from './model-docs.ts';
import type { ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';

const STRING = { kind: 'STRING' } as const;
/** Members of the record that every stream may have. */
const RECORD_LINEAGE = ['_extra', '_warnings'];
const PLACE = ['_kafka_topic', '_kafka_partition', '_kafka_offset', '_kafka_timestamp', '_ingestion_time', '_message_id'];
const ENVELOPE = ['subscription_name', 'message_id', 'publish_time', 'data', 'attributes'];

export function streamModelName(source: string): string {
  return `${source}_stream`;
}

export function streamModels(spec: SourceSpec, dialect: ModelDialect): readonly ProjectFile[] {
  return dialect.kind === 'duckdb'
    ? [messagesModel(spec.name), deadLettersModel(spec.name), streamView(spec, dialect)]
    : [streamView(spec, dialect)];
}

export function streamDocs(spec: SourceSpec, dialect: ModelDialect): readonly DocumentedModel[] {
  const documented = (columns: readonly string[]): DocumentedModel['columns'] =>
    columns.map((name) => ({ name, description: columnDescription(name) }));
  const view = {
    name: streamModelName(spec.name),
    description: `Messages of ${spec.name} with the columns of their record. ${spec.description}`,
    columns: [
      ...outputColumns(spec).map(({ name }) => ({
        name,
        description: spec.schema.find((column) => column.name === name)?.description ?? '',
      })),
      ...documented([...RECORD_LINEAGE, ...PLACE]),
    ],
    key: null,
  };
  if (dialect.kind === 'bigquery') return [view];
  const messages = {
    name: `${streamModelName(spec.name)}_messages`,
    description: `Messages of ${spec.name} as the bus wrote them.`,
    columns: documented([...ENVELOPE, '_load_id']),
    key: null,
  };
  const dead = {
    name: `${streamModelName(spec.name)}_dead_letters`,
    description: `Refused messages of ${spec.name}: their bytes, and why they were refused.`,
    columns: documented([...ENVELOPE, '_part']),
    key: null,
  };
  return [view, messages, dead];
}

function messagesModel(source: string): ProjectFile {
  const lines = [
    `-- Grain: one row a message of ${source} that was committed. Generated from its spec.`,
    "{{ config(schema='raw', materialized='incremental', incremental_strategy='append',",
    `    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(sources=[${sqlText(source)}]) }}") }}`,
    '',
    'select messages.* exclude (part), messages.part as _load_id',
    `from ({{ read_stream_parts(load_parts(unread_loads(sources=[${sqlText(source)}]))) }}) as messages`,
    '',
  ];
  return { path: `models/generated/streams/${streamModelName(source)}_messages.sql`, content: lines.join('\n') };
}

function deadLettersModel(source: string): ProjectFile {
  const lines = [
    `-- Grain: one row a refused message of ${source} that was committed. Generated from its spec.`,
    "{{ config(schema='raw', materialized='incremental', incremental_strategy='append',",
    `    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_parts('dead_letters', [${sqlText(source)}]) }}") }}`,
    '',
    `{%- set parts = [] -%}`,
    `{%- for part in unread_parts('dead_letters', [${sqlText(source)}]) -%}{%- do parts.append([part[0], part[0]]) -%}{%- endfor %}`,
    'select messages.* exclude (part), messages.part as _part',
    'from ({{ read_stream_parts(parts) }}) as messages',
    '',
  ];
  return { path: `models/generated/streams/${streamModelName(source)}_dead_letters.sql`, content: lines.join('\n') };
}

function streamView(spec: SourceSpec, dialect: ModelDialect): ProjectFile {
  const columns = [
    ...outputColumns(spec).map(({ name, type, repeated }) => [name, dialect.type(type, repeated), type.kind, repeated] as const),
    ...RECORD_LINEAGE.map((name) => [name, dialect.type(STRING), 'STRING', false] as const),
  ];
  const list = columns.map(([name, type, kind, repeated]) => `    ['${name}', '${type}', '${kind}', ${repeated ? 'true' : 'false'}]`);
  const messages = `${streamModelName(spec.name)}_messages`;
  const lines = [
    `-- Grain: one row a message of ${spec.name}, with the typed columns of its record. Generated from its spec.`,
    "{{ config(schema='raw', materialized='view') }}",
    '',
    `{{ typed_messages(${dialect.kind === 'duckdb' ? `ref('${messages}')` : `raw_table('${messages}')`}, [`,
    list.join(',\n'),
    '  ]) }}',
    '',
  ];
  return { path: `models/generated/streams/${streamModelName(spec.name)}.sql`, content: lines.join('\n') };
}
