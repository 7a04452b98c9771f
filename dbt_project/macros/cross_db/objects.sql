{#- The objects under control/events as a relation with one column `segment` (name below the root). -#}
{% macro event_objects() -%}{{ return(adapter.dispatch('event_objects')()) }}{%- endmacro %}
{% macro duckdb__event_objects() -%}
  select substr(file, {{ (var('root') ~ '/') | length + 1 }}) as segment
  from glob({{ text_literal(var('root') ~ '/control/events/**/*.jsonl') }})
{%- endmacro %}

{#- The events of the named segments, one row a line. -#}
{% macro read_event_objects(segments) -%}{{ return(adapter.dispatch('read_event_objects')(segments)) }}{%- endmacro %}
{% macro duckdb__read_event_objects(segments) -%}
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

{#- A text as a literal. -#}
{% macro text_literal(text) -%}'{{ text | replace("'", "''") }}'{%- endmacro %}

{#- The refused records of quarantine objects, without their bytes. -#}
{% macro read_quarantine_objects(objects) -%}{{ return(adapter.dispatch('read_quarantine_objects')(objects)) }}{%- endmacro %}
{% macro duckdb__read_quarantine_objects(objects) -%}
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

{#- The findings of a record as JSON text with code, column, rule and expected: what was found stays out. -#}
{% macro findings_without_values(findings) -%}{{ return(adapter.dispatch('findings_without_values')(findings)) }}{%- endmacro %}
{% macro duckdb__findings_without_values(findings) -%}
  cast(to_json(json_transform({{ findings }}, '[{"code":"VARCHAR","column":"VARCHAR","rule":"VARCHAR","expected":"VARCHAR"}]')) as varchar)
{%- endmacro %}
