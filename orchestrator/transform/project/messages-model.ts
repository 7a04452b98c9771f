/** staging.int_stream_messages: the messages of all streams side by side, as much of them as the models of streams need. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { ColumnType } from '../../../core/types/column-type.ts';
import { columnDescription } from './column-descriptions.ts';
import type { DocumentedModel } from './model-docs.ts';
import { NO_ROW, PUBLISHED_ON, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { stagingModelName } from './staging-model.ts';

const COLUMNS: readonly (readonly [name: string, kind: 'STRING' | 'INT64' | 'TIMESTAMP'])[] = [
  ['source_name', 'STRING'],
  ['_kafka_topic', 'STRING'],
  ['_kafka_partition', 'INT64'],
  ['_kafka_offset', 'INT64'],
  ['_ingestion_time', 'TIMESTAMP'],
  ['_event_time', 'TIMESTAMP'],
  ['_message_key', 'STRING'],
  ['_sequence', 'INT64'],
  ['_sequence_key', 'STRING'],
  ['_load_id', 'STRING'],
];

export const MESSAGES_DOCS: DocumentedModel = {
  name: 'int_stream_messages',
  description:
    'The messages of all streams that staging holds: where they stood, when they happened, their key and their place in a sequence.',
  columns: COLUMNS.map(([name]) => ({ name, description: columnDescription(name) })),
  key: ['source_name', '_kafka_topic', '_kafka_partition', '_kafka_offset'],
};

export function messagesModel(streams: readonly SourceSpec[], dialect: ModelDialect): ProjectFile {
  const columns: readonly (readonly [string, ColumnType])[] = [
    ...COLUMNS.map(([name, kind]) => [name, { kind }] as const),
    ...(dialect.kind === 'bigquery' ? ([[PUBLISHED_ON, { kind: 'DATE' }]] as const) : []),
  ];
  const names = columns.map(([name]) => name).join(', ');
  const empty = columns.map(([name, type]) => `cast(null as ${dialect.type(type)}) as ${name}`).join(', ');
  const content = [
    '-- Grain: one row a message of a stream that staging holds. Generated from the loaded specs.',
    "{{ config(schema='staging', materialized='view') }}",
    '',
    `select ${empty} ${NO_ROW}`,
    ...streams.map(({ name }) => `union all\nselect ${names} from {{ ref('${stagingModelName(name)}') }}`),
    '',
  ];
  return { path: 'models/generated/streams/int_stream_messages.sql', content: content.join('\n') };
}
