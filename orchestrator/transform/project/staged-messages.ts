/**
 * A stream's messages as a staging model reads them: the typed columns of the record, lineage as of a file (`_file` is topic and partition, `_record` the
 * offset), and what the models of streams go by: event time, key of the event, number in its sequence.
 */
import { eventTimeColumn } from '../../../core/spec/source-column.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import type { ModelDialect } from './model-dialect.ts';
import { streamModelName } from './stream-models.ts';

export const MESSAGE_COLUMNS: readonly string[] = [
  ...['_kafka_topic', '_kafka_partition', '_kafka_offset', '_kafka_timestamp', '_ingestion_time', '_message_id'],
  ...['_event_time', '_message_key', '_sequence', '_sequence_key'],
];

export function stagedMessages(spec: SourceSpec, dialect: ModelDialect): string {
  const text = dialect.type({ kind: 'STRING' });
  const integer = dialect.type({ kind: 'INT64' });
  const column = (name: string | null | undefined, type: string): string =>
    `cast(${name === null || name === undefined ? 'null' : `messages.${dialect.name(name)}`} as ${type})`;
  const by = spec.stream?.sequence_by ?? [];
  const key = by.length === 0 ? column(null, text) : `{{ named_values([${by.map((name) => sqlText(name)).join(', ')}]) }}`;
  const lines = [
    'select',
    '  messages.*,',
    `  messages._kafka_topic || '/' || cast(messages._kafka_partition as ${text}) as _file,`,
    '  messages._kafka_offset as _record,',
    ...['_line', '_byte_offset', '_byte_length', '_row_hash'].map((name) => `  cast(null as ${integer}) as ${name},`),
    `  ${column(eventTimeColumn(spec), dialect.type({ kind: 'TIMESTAMP' }))} as _event_time,`,
    `  ${column(spec.stream?.key_field, text)} as _message_key,`,
    `  ${column(spec.stream?.sequence_field, integer)} as _sequence,`,
    `  ${key} as _sequence_key`,
    `from ({{ new_messages(${sqlText(spec.name)}, ref('${streamModelName(spec.name)}'), loads) }}) as messages`,
  ];
  return lines.join('\n  ');
}
