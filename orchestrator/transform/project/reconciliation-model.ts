/**
 * control.stream_reconciliation: each stream that names a source of files which tells of the same events, compared with it by the event's key. Looked at are the days
 * of events of which the files of the newest business dates tell. Columns are compared that both have in staging under one name.
 */
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { eventTimeColumn } from '../../../core/spec/source-column.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import type { DocumentedModel } from './model-docs.ts';
import { NO_ROW, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { stagedColumnName, stagingColumns } from './staging-columns.ts';
import { stagingModelName } from './staging-model.ts';

const COLUMNS: DocumentedModel['columns'] = [
  { name: 'source_name', description: 'The stream' },
  { name: 'batch_source', description: 'The source of files' },
  { name: 'event_on', description: 'UTC day of the event, by the side that has it' },
  { name: 'status', description: 'matched, different, missing_in_stream or missing_in_batch' },
  { name: 'message_key', description: 'Key of the event; NULL for those that match, which are counted' },
  { name: 'different_columns', description: 'Columns whose values differ, between commas' },
  { name: 'row_count', description: 'Events of this row' },
];

export const RECONCILIATION_DOCS: DocumentedModel = {
  name: 'stream_reconciliation',
  description: 'Streams against the files of the same events: what matches is counted a day, what does not is named.',
  columns: COLUMNS,
  key: null,
};

/** Business dates of files that are looked at. */
const DATES_MAX = 7;

export function reconciliationModel(specs: readonly SourceSpec[], dialect: ModelDialect): ProjectFile {
  const pairs = specs.flatMap((stream) => {
    const batch = specs.find(({ name }) => name === stream.stream?.reconcile_with);
    const sql = batch === undefined ? null : comparison(stream, batch, dialect);
    return sql === null ? [] : [sql];
  });
  const types: Readonly<Record<string, string>> = { event_on: 'date', row_count: '{{ type_integer() }}' };
  const empty = COLUMNS.map(({ name }) => `cast(null as ${types[name] ?? '{{ type_text() }}'}) as ${name}`).join(', ');
  const content = [
    '-- Grain: one row a stream, day and status of events that match; one row an event that does not. Generated from the loaded specs.',
    "{{ config(schema='control', materialized='table') }}",
    '',
    `select ${empty} ${NO_ROW}`,
    ...pairs.map((sql) => `union all\n${sql}`),
    '',
  ];
  return { path: 'models/generated/streams/stream_reconciliation.sql', content: content.join('\n') };
}

function comparison(stream: SourceSpec, batch: SourceSpec, dialect: ModelDialect): string | null {
  const key = stream.stream?.key_field ?? '';
  const [batchKey, batchTime] = [stagedName(batch, key), stagedName(batch, eventTimeColumn(batch) ?? '')];
  if (batchKey === null || batchTime === null) return null;
  const compared = comparedColumns(stream, batch, batchKey, dialect).map(dialect.name);
  const differs = compared.map(
    (name) => `case when live.${name} is distinct from filed.${name} then ${dialect.text(`${bare(name)},`)} else '' end`,
  );
  const differences = differs.length === 0 ? "''" : `trim(${differs.join('\n      || ')}, ',')`;
  const list = (alias: string): string => compared.map((name) => `, ${alias}.${name}`).join('');
  return `select source_name, batch_source, event_on, status, message_key, different_columns, count(*) as row_count
from (
  select
    ${sqlText(stream.name)} as source_name, ${sqlText(batch.name)} as batch_source,
    coalesce(filed.event_on, live.event_on) as event_on,
    case
      when live.message_key is null then 'missing_in_stream'
      when filed.message_key is null then 'missing_in_batch'
      when ${differences} = '' then 'matched'
      else 'different'
    end as status,
    case when live.message_key is not null and filed.message_key is not null and ${differences} = '' then null
      else coalesce(live.message_key, filed.message_key) end as message_key,
    case when live.message_key is not null and filed.message_key is not null then nullif(${differences}, '') end as different_columns
  from (
    select filed.${dialect.name(batchKey)} as message_key, {{ utc_date('filed.${batchTime}') }} as event_on${list('filed')}
    from {{ ref('${stagingModelName(batch.name)}') }} as filed
    inner join {{ ref('loads') }} as loads on loads.load_id = filed._load_id
    where loads.business_date > {{ date_minus_days('(select max(business_date) from ' ~ ref('loads') ~ ' where source = ' ~ text_literal(${sqlText(batch.name)}) ~ ')', ${DATES_MAX}) }}
    qualify row_number() over (partition by filed.${dialect.name(batchKey)} order by loads.published_at desc, filed._record desc) = 1
  ) as filed
  full outer join (
    select live._message_key as message_key, {{ utc_date('live._event_time') }} as event_on${list('live')}
    from {{ ref('${stagingModelName(stream.name)}') }} as live
    where live._message_key is not null and {{ utc_date('live._event_time') }} in (
      select distinct {{ utc_date('days.${batchTime}') }}
      from {{ ref('${stagingModelName(batch.name)}') }} as days
      inner join {{ ref('loads') }} as loads on loads.load_id = days._load_id
      where loads.business_date > {{ date_minus_days('(select max(business_date) from ' ~ ref('loads') ~ ' where source = ' ~ text_literal(${sqlText(batch.name)}) ~ ')', ${DATES_MAX}) }}
    )
    qualify row_number() over (partition by live._message_key order by live._kafka_partition, live._kafka_offset) = 1
  ) as live on live.message_key = cast(filed.message_key as {{ type_text() }})
) as compared
group by source_name, batch_source, event_on, status, message_key, different_columns`;
}

/** Canonical columns that both map, and columns of their own with one name and one type. */
function comparedColumns(stream: SourceSpec, batch: SourceSpec, key: string, dialect: ModelDialect): readonly string[] {
  const both = new Set(stagingColumns(batch, dialect).map(({ name }) => name));
  const mapped = (spec: SourceSpec, name: string): boolean => spec.canonical.map.some(({ column }) => column === name);
  const type = (spec: SourceSpec, name: string): string | undefined =>
    spec.schema.find((column) => stagedName(spec, column.name) === name)?.type_text;
  // What the source's own column says, the canonical one that is cast from it says too.
  const isRepeated = (name: string): boolean => name.startsWith('src_') && mapped(stream, name.slice(4)) && mapped(batch, name.slice(4));
  return stagingColumns(stream, dialect)
    .map(({ name }) => name)
    .filter(
      (name) =>
        !name.startsWith('_') && name !== key && both.has(name) && name !== 'source_name' && name !== 'source_system' && !isRepeated(name),
    )
    .filter(
      (name) =>
        (mapped(stream, name) && mapped(batch, name)) ||
        (!mapped(stream, name) && type(stream, name) !== undefined && type(stream, name) === type(batch, name)),
    );
}

/** null where the source has no such column. */
function stagedName(spec: SourceSpec, column: string): string | null {
  return spec.schema.some(({ name }) => name === column) ? stagedColumnName(spec, column) : null;
}

function bare(name: string): string {
  return name.replaceAll(/^["`]|["`]$/g, '');
}
