/**
 * The narrow key table of a transaction, on BigQuery only: on which dates and in which loads rows of a key stand, so that what an unread load touches
 * becomes a list of partitions. It holds a row for each key, date and load.
 */
import type { ProjectFile } from './project-file.ts';
import { recordKey } from './record-key.ts';
import type { RecordedEntity } from './record-model.ts';

interface Moments {
  readonly date: string;
  readonly time: string;
}

const MOMENTS: Partial<Readonly<Record<RecordedEntity, Moments>>> = {
  trades: { date: 'trade_date', time: 'trade_time' },
  executions: { date: 'trade_date', time: 'trade_time' },
  orders: { date: 'order_date', time: 'order_time' },
};

export const KEYED_ENTITIES = Object.keys(MOMENTS) as RecordedEntity[];

export function recordKeysColumns(entity: RecordedEntity): readonly string[] {
  const [key, moments] = [recordKey(entity), MOMENTS[entity]];
  return key === null || moments === undefined ? [] : [key.column, moments.date, 'event_on', '_load_id', '_published_on'];
}

export function recordKeysModel(entity: RecordedEntity): ProjectFile {
  const [key = '', date = ''] = recordKeysColumns(entity);
  const time = MOMENTS[entity]?.time ?? '';
  const lines = [
    `-- Grain: one row a ${key}, ${date}, day of its moment and load. Generated.`,
    '{{ config(',
    "    schema='curation', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_load_id',",
    `    partition_by=partitioned_by('_published_on'), cluster_by=['${key}'],`,
    `    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(entities=['${entity}']) }}"`,
    ') }}',
    '',
    `{%- set loads = unread_loads(entities=['${entity}']) %}`,
    '',
    "{{ merge_filter('_published_on', loads | map(attribute='published_on') | list) }}",
    `select distinct ${key}, ${date}, {{ utc_date('${time}') }} as event_on, _load_id, _published_on`,
    `from {{ pruned(ref('int_${entity}'), loads_filter(load_ids(loads))) }} as record`,
    '{% if is_incremental() %}where _load_id in ({{ text_list(load_ids(loads)) }}){% endif %}',
    '',
  ];
  return { path: `models/generated/records/int_${entity}_keys.sql`, content: lines.join('\n') };
}
