{#-
  The objects under control/events as a relation with the column `segment` (name below the root). On BigQuery their lines stand in raw._events, and
  ingested_on is the partition in which they are; older partitions than `since`, a date as text, are not looked at.
-#}
{% macro event_objects(since) -%}{{ return(adapter.dispatch('event_objects')(since)) }}{%- endmacro %}
{% macro duckdb__event_objects(since) -%}
  select substr(file, {{ (var('root') ~ '/') | length + 1 }}) as segment
  from glob({{ text_literal(var('root') ~ '/control/events/**/*.jsonl') }})
{%- endmacro %}

{% macro bigquery__event_objects(since) -%}
  select lines.segment, max(_PARTITIONDATE) as ingested_on
  from {{ raw_table('_events') }} as lines
  where _PARTITIONDATE >= {{ date_literal(since) }}
  group by lines.segment
{%- endmacro %}

{#- The events of the named segments, one row a line. On BigQuery `segments` are those that the model has not read, from the partition `since` on. -#}
{% macro read_event_objects(segments, since) -%}{{ return(adapter.dispatch('read_event_objects')(segments, since)) }}{%- endmacro %}
{% macro duckdb__read_event_objects(segments, since) -%}
  select
    event_id, type, cast("at" as timestamp with time zone) as event_at, run_id, writer, seq, load_id, source, data, prev_hash, hash,
    substr(filename, {{ (var('root') ~ '/') | length + 1 }}) as segment
  from read_json(
    [{% for segment in segments %}{{ text_literal(var('root') ~ '/' ~ segment) }}{% if not loop.last %}, {% endif %}{% endfor %}],
    format = 'newline_delimited', filename = true, maximum_object_size = 67108864,
    columns = {event_id: 'VARCHAR', type: 'VARCHAR', "at": 'VARCHAR', run_id: 'VARCHAR', writer: 'VARCHAR', seq: 'BIGINT', load_id: 'VARCHAR',
      source: 'VARCHAR', data: 'JSON', prev_hash: 'VARCHAR', hash: 'VARCHAR'}
  )
{%- endmacro %}

{% macro bigquery__read_event_objects(segments, since) -%}
  select
    lines.event_id, lines.type, lines.`at` as event_at, lines.run_id, lines.writer, lines.seq, lines.load_id, lines.source, lines.data,
    lines.prev_hash, lines.hash, lines.segment
  from {{ raw_table('_events') }} as lines
  where _PARTITIONDATE >= {{ date_literal(since) }}
    and lines.segment in (select known.segment from {{ ref('event_segments') }} as known where {{ is_unread('known.segment') }})
{%- endmacro %}

{#- The staged rows of the named loads: `columns` are [name, type] in the warehouse's types, all there, NULL where a load has none. -#}
{% macro read_staged(source, loads, columns) -%}{{ return(adapter.dispatch('read_staged')(source, loads, columns)) }}{%- endmacro %}
{% macro duckdb__read_staged(source, loads, columns) -%}
  {%- set parts = [] -%}
  {%- for load in loads -%}{%- for part in load.parts -%}{%- do parts.append(part) -%}{%- endfor -%}{%- endfor -%}
  select {% for column in columns %}cast(null as {{ column[1] }}) as "{{ column[0] }}"{% if not loop.last %}, {% endif %}{% endfor %} where false
  {%- if parts %}
  union all by name
  select *
  from read_parquet(
    [{% for part in parts %}{{ text_literal(var('root') ~ '/' ~ part) }}{% if not loop.last %}, {% endif %}{% endfor %}],
    union_by_name = true, hive_partitioning = false
  )
  {%- endif %}
{%- endmacro %}

{#-
  A load job never runs before its load is published, so no row of these loads stands in an older partition than the oldest publication. Where the
  clock of a run was set ahead, today bounds it. A model that is built anew reads every published load of the source.
-#}
{% macro bigquery__read_staged(source, loads, columns) -%}
  select
    {% for column in columns %}staged.`{{ column[0] }}`, {% endfor %}
    {{ utc_date('published.published_at') }} as _published_on
  from {{ raw_table(source) }} as staged
  inner join {{ ref('loads') }} as published on published.load_id = staged._load_id
  where _PARTITIONDATE >= {{ date_literal(oldest_partition(loads | map(attribute='published_on') | list)) }}
    and published.source = {{ text_literal(source) }}
    {%- if is_incremental() %} and staged._load_id in ({{ text_list(load_ids(loads)) }}) {%- endif %}
{%- endmacro %}

{#- The refused records of quarantine objects, without their bytes. The CTE `verdicts` holds the last verdicts; on BigQuery rows of every attempt stand. -#}
{% macro read_quarantine_objects(objects, since) -%}{{ return(adapter.dispatch('read_quarantine_objects')(objects, since)) }}{%- endmacro %}
{% macro duckdb__read_quarantine_objects(objects, since) -%}
  {%- if objects -%}
  select load_id, file, record, line, byte_offset, byte_length, findings
  from read_json(
    [{% for object in objects %}{{ text_literal(var('root') ~ '/' ~ object) }}{% if not loop.last %}, {% endif %}{% endfor %}],
    format = 'newline_delimited', maximum_object_size = 67108864,
    columns = {load_id: 'VARCHAR', file: 'VARCHAR', record: 'BIGINT', line: 'BIGINT', byte_offset: 'BIGINT', byte_length: 'BIGINT',
      findings: 'JSON'}
  )
  {%- else -%}
  select
    cast(null as varchar) as load_id, cast(null as varchar) as file, cast(null as bigint) as record, cast(null as bigint) as line,
    cast(null as bigint) as byte_offset, cast(null as bigint) as byte_length, cast(null as json) as findings
  where false
  {%- endif -%}
{%- endmacro %}

{% macro bigquery__read_quarantine_objects(objects, since) -%}
  select refused.load_id, refused.file, refused.record, refused.line, refused.byte_offset, refused.byte_length, refused.findings
  from {{ raw_table('_quarantine') }} as refused
  inner join verdicts as judged on judged.load_id = refused.load_id and judged.attempt = refused.attempt
  where _PARTITIONDATE >= {{ date_literal(since) }}
    {%- if is_incremental() %} and refused.quarantine in ({{ text_list(objects) }}) {%- endif %}
{%- endmacro %}

{#- The findings of a record as JSON text with code, column, rule and expected: what was found stays out. -#}
{% macro findings_without_values(findings) -%}{{ return(adapter.dispatch('findings_without_values')(findings)) }}{%- endmacro %}
{% macro duckdb__findings_without_values(findings) -%}
  cast(to_json(json_transform({{ findings }}, '[{"code":"VARCHAR","column":"VARCHAR","rule":"VARCHAR","expected":"VARCHAR"}]')) as varchar)
{%- endmacro %}
{#- What found values say is left out when the records are appended to raw._quarantine. -#}
{% macro bigquery__findings_without_values(findings) -%}{{ findings }}{%- endmacro %}
