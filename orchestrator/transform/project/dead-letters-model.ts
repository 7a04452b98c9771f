/** staging.int_stream_dead_letters: refused messages of all streams side by side, without their bytes. */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import { columnDescription } from './column-descriptions.ts';
import type { DocumentedModel } from './model-docs.ts';
import { NO_ROW, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { streamModelName } from './stream-models.ts';

const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['source_name', '{{ type_text() }}'],
  ['kafka_topic', '{{ type_text() }}'],
  ['kafka_partition', '{{ type_integer() }}'],
  ['kafka_offset', '{{ type_integer() }}'],
  ['reason', '{{ type_text() }}'],
  ['codes', '{{ type_text() }}'],
  ['publish_time', '{{ type_instant() }}'],
  ['run_id', '{{ type_text() }}'],
];

export const DEAD_LETTERS_DOCS: DocumentedModel = {
  name: 'int_stream_dead_letters',
  description: 'Refused messages of all streams: where they stood and why they were refused, without their bytes.',
  columns: COLUMNS.map(([name]) => ({ name, description: columnDescription(name) })),
  key: null,
};

/** On BigQuery the table does not say which run a row came with. */
export function deadLettersModel(streams: readonly SourceSpec[], dialect: ModelDialect): ProjectFile {
  const attribute = (name: string): string => `{{ json_text('letters.attributes', '${name}') }}`;
  const isDuckdb = dialect.kind === 'duckdb';
  const selects = streams.flatMap(({ name }) => {
    const table = `${streamModelName(name)}_dead_letters`;
    return [
      'union all',
      `select ${sqlText(name)}, ${attribute('kafka_topic')}, cast(${attribute('kafka_partition')} as {{ type_integer() }}),`,
      `  cast(${attribute('kafka_offset')} as {{ type_integer() }}), ${attribute('reason')}, ${attribute('codes')}, letters.publish_time,`,
      `  ${isDuckdb ? 'parts.run_id' : 'cast(null as {{ type_text() }})'}`,
      `from ${isDuckdb ? `{{ ref('${table}') }}` : `{{ raw_table('${table}') }}`} as letters`,
      ...(isDuckdb ? ["left join {{ ref('stream_parts') }} as parts on parts.object = letters._part"] : []),
    ];
  });
  const content = [
    '-- Grain: one row a refused message of a stream. Generated from the loaded specs.',
    "{{ config(schema='staging', materialized='view') }}",
    '',
    `select ${COLUMNS.map(([name, type]) => `cast(null as ${type}) as ${name}`).join(', ')} ${NO_ROW}`,
    ...selects,
    '',
  ];
  return { path: 'models/generated/streams/int_stream_dead_letters.sql', content: content.join('\n') };
}
