{#-
  Messages of streams as the bus wrote them: one envelope a message, the checked record as JSON text in `data`, its place in Kafka in `attributes`.
-#}

{#-
  The envelopes of the named loads with their `_load_id`, for DuckDB, where they are read from the parts that the sink committed. On BigQuery a subscription
  or the sink fills the table itself.
-#}
{% macro read_stream_parts(parts) -%}
  {%- set root = var('root') ~ '/' -%}
  select
    messages.subscription_name, messages.message_id, messages.publish_time, messages.data, cast(messages.attributes as json) as attributes,
    parts.part
  {% if parts -%}
  from read_parquet(
    [{% for part in parts %}{{ text_literal(root ~ part[0]) }}{% if not loop.last %}, {% endif %}{% endfor %}],
    union_by_name = true, hive_partitioning = false, filename = true
  ) as messages
  inner join (
    values {% for part in parts %}({{ text_literal(part[0]) }}, {{ text_literal(part[1]) }}){% if not loop.last %}, {% endif %}{% endfor %}
  ) as parts(object, part) on {{ text_literal(root) }} || parts.object = messages.filename
  {%- else -%}
  from (
    select
      cast(null as varchar) as subscription_name, cast(null as varchar) as message_id, cast(null as timestamp with time zone) as publish_time,
      cast(null as blob) as data, cast(null as varchar) as attributes
  ) as messages
  cross join (select cast(null as varchar) as part) as parts
  where false
  {%- endif %}
{%- endmacro %}

{#-
  Envelopes with the members of their record as columns: `columns` are [name, type in the warehouse, kind, is repeated]. Every value stands there as text in
  one canonical form, so that a cast gives it exactly.
-#}
{% macro typed_messages(messages, columns) -%}{{ return(adapter.dispatch('typed_messages')(messages, columns)) }}{%- endmacro %}
{% macro duckdb__typed_messages(messages, columns) -%}
  select
    {% for column in columns -%}
    {{ duckdb__record_value('fields[' ~ loop.index ~ ']', column) }} as {{ adapter.quote(column[0]) }},
    {% endfor -%}
    json_extract_string(attributes, '$.kafka_topic') as _kafka_topic,
    cast(json_extract_string(attributes, '$.kafka_partition') as bigint) as _kafka_partition,
    cast(json_extract_string(attributes, '$.kafka_offset') as bigint) as _kafka_offset,
    cast(json_extract_string(attributes, '$.kafka_timestamp') as timestamp with time zone) as _kafka_timestamp,
    publish_time as _ingestion_time,
    message_id as _message_id,
    _load_id
  from (
    select
      attributes, publish_time, message_id, _load_id,
      json_extract_string(decode(data), [{% for column in columns %}'$."{{ column[0] }}"'{% if not loop.last %}, {% endif %}{% endfor %}]) as fields
    from {{ messages }}
  ) as parsed
{%- endmacro %}
{% macro duckdb__record_value(text, column) -%}
  {%- set type = column[1] -%}
  {%- if column[3] and column[2] == 'BYTES' -%}
    list_transform(cast(cast({{ text }} as json) as varchar[]), lambda element: from_base64(element))
  {%- elif column[3] -%} cast(cast(cast({{ text }} as json) as varchar[]) as {{ type }})
  {%- elif column[2] == 'BYTES' -%} from_base64({{ text }})
  {%- else -%} cast({{ text }} as {{ type }})
  {%- endif -%}
{%- endmacro %}
{% macro bigquery__typed_messages(messages, columns) -%}
  select
    {% for column in columns -%}
    {{ bigquery__record_value('record', column) }} as `{{ column[0] }}`,
    {% endfor -%}
    json_value(attributes, '$.kafka_topic') as _kafka_topic,
    cast(json_value(attributes, '$.kafka_partition') as int64) as _kafka_partition,
    cast(json_value(attributes, '$.kafka_offset') as int64) as _kafka_offset,
    cast(json_value(attributes, '$.kafka_timestamp') as timestamp) as _kafka_timestamp,
    publish_time as _ingestion_time,
    message_id as _message_id
  from (
    select attributes, publish_time, message_id, safe_convert_bytes_to_string(data) as record
    from {{ messages }}
  ) as parsed
{%- endmacro %}
{% macro bigquery__record_value(document, column) -%}
  {%- set path = "'$." ~ column[0] ~ "'" -%}
  {%- if column[3] -%}
    {%- set element = "json_value(element, '$')" -%}
    array(
      select {% if column[2] == 'BYTES' %}from_base64({{ element }}){% else %}cast({{ element }} as {{ column[1] | replace('ARRAY<', '') | replace('>', '') }}){% endif %}
      from unnest(json_query_array({{ document }}, {{ path }})) as element with offset as place
      order by place
    )
  {%- elif column[2] == 'BYTES' -%} from_base64(json_value({{ document }}, {{ path }}))
  {%- else -%} cast(json_value({{ document }}, {{ path }}) as {{ column[1] }})
  {%- endif -%}
{%- endmacro %}

{#-
  The messages of a source that the named loads are, each offset once, with `_load_id`. A load of a stream is a set of offsets (control.stream_slices), and an
  offset is in one load only. On BigQuery the table holds what was delivered, also twice: of an offset the first arrival counts, and no partition older than
  the first message of the loads is read.
-#}
{% macro new_messages(source, stream, loads) -%}{{ return(adapter.dispatch('new_messages')(source, stream, loads)) }}{%- endmacro %}
{% macro duckdb__new_messages(source, stream, loads) -%}
  select *
  from {{ stream }}
  where _load_id in ({{ text_list(load_ids(loads)) }})
  qualify row_number() over (
    partition by _kafka_topic, _kafka_partition, _kafka_offset order by _ingestion_time, _message_id
  ) = 1
{%- endmacro %}
{% macro bigquery__new_messages(source, stream, loads) -%}
  select stream.*, slices.load_id as _load_id, slices.published_on as _published_on
  from (
    select *
    from {{ stream }}
    where _ingestion_time >= timestamp '{{ first_message_day(loads) }} 00:00:00+00'
  ) as stream
  inner join (
    select load_id, kafka_topic, kafka_partition, first_offset, last_offset, {{ utc_date('published_at') }} as published_on
    from {{ ref('stream_slices') }}
    where source = {{ text_literal(source) }} {% if is_incremental() %}and load_id in ({{ text_list(load_ids(loads)) }}){% endif %}
  ) as slices
    on slices.kafka_topic = stream._kafka_topic and slices.kafka_partition = stream._kafka_partition
    and stream._kafka_offset between slices.first_offset and slices.last_offset
  qualify row_number() over (
    partition by stream._kafka_topic, stream._kafka_partition, stream._kafka_offset order by stream._ingestion_time, stream._message_id
  ) = 1
{%- endmacro %}

{#- The UTC day of the first message of loads that are slices of streams, as text. -#}
{% macro first_message_day(loads) -%}
  {%- set days = [] -%}
  {%- if loads and execute -%}
    {%- set days = asked_dates(
        "select cast(" ~ utc_date('min(first_message_at)') ~ " as string) from " ~ ref('stream_slices')
        ~ " where load_id in (" ~ text_list(load_ids(loads)) ~ ")"
    ) -%}
  {%- endif -%}
  {{ return((days | reject('none') | list or ['9999-12-31'])[0]) }}
{%- endmacro %}

{#- The values of named columns as one JSON object, for what is told apart by several columns; their names may be keywords. -#}
{% macro named_values(columns) -%}{{ return(adapter.dispatch('named_values')(columns)) }}{%- endmacro %}
{% macro duckdb__named_values(columns) -%}
cast(to_json({ {%- for column in columns %}'{{ column }}': {{ adapter.quote(column) }}{% if not loop.last %}, {% endif %}{% endfor -%} }) as varchar)
{%- endmacro %}
{% macro bigquery__named_values(columns) -%}
to_json_string(struct({% for column in columns %}{{ adapter.quote(column) }}{% if not loop.last %}, {% endif %}{% endfor %}))
{%- endmacro %}
