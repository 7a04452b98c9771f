{#- Which numbered sequence of a stream it is: source, place in Kafka and the columns that tell one sequence from another. -#}
{% macro sequence_id(messages) -%}
{%- set parts = [messages ~ '.source_name', messages ~ '._kafka_topic', 'cast(' ~ messages ~ '._kafka_partition as ' ~ type_text() ~ ')',
    "coalesce(" ~ messages ~ "._sequence_key, '')"] -%}
{{ md5_hex(parts | join(" || '|' || ")) }}
{%- endmacro %}

{#- How long a batch of the sink may be under way before what is not there is a loss: its micro-batch, the way of the bus and room. In seconds. -#}
{% macro loss_grace_seconds() -%}120{%- endmacro %}
{#- So long after a loss was found its messages may still come; then it stands. In seconds. -#}
{% macro loss_watched_seconds() -%}604800{%- endmacro %}

{#- LOW up to 10 missing messages, MEDIUM up to 100, HIGH up to 1,000, CRITICAL above. -#}
{% macro gap_severity(missing) -%}
case when {{ missing }} <= 10 then 'LOW' when {{ missing }} <= 100 then 'MEDIUM' when {{ missing }} <= 1000 then 'HIGH' else 'CRITICAL' end
{%- endmacro %}

{#-
  Events of a type that this model has not read, as literals: {ids, dates, days} where days are the UTC days of the events. Post-hook: remember_events with
  the same type.
-#}
{% macro unread_events(type) %}
  {% set events = ref('events') %}
  {% set found = {'ids': [], 'dates': []} %}
  {% if can_query(events) %}
    {% set query %}
      select event_id, cast({{ utc_date('event_at') }} as {{ type_text() }})
      from {{ events }} as events
      where type = '{{ type }}' and {{ is_unread('events.event_id') }}
      order by event_id
    {% endset %}
    {% for row in run_query(query).rows %}
      {% do found.ids.append(row[0]) %}
      {% do found.dates.append(row[1] | string) %}
    {% endfor %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}

{% macro remember_events(type) %}
  {{ remember_inputs(ref('events'), 'event_id', "type = '" ~ type ~ "'") }}
{% endmacro %}

{#- The UTC day of the oldest reading that is not settled, as text: nothing older has to be looked at. -#}
{% macro loss_candidates_since() -%}
  {%- set days = [] -%}
  {%- if is_incremental() and execute -%}
    {%- set query -%}
      select cast({{ utc_date('min(reads.read_at)') }} as {{ type_text() }})
      from {{ ref('stream_reads') }} as reads
      where reads.read_at >= (
        select coalesce(min(case when not known.is_settled then known.read_at end), max(known.read_at), {{ beginning_of_time() }}) from {{ this }} as known
      )
    {%- endset -%}
    {%- for row in run_query(query).rows -%}{%- do days.append(row[0]) -%}{%- endfor -%}
  {%- endif -%}
  {{ return((days | reject('none') | map('string') | list or ['0001-01-01'])[0]) }}
{%- endmacro %}
