{#-
  From which partition of raw._events on segments may stand that event_segments has not seen: the day before the newest that it has, since a load job
  that runs at midnight may be named after either day. What is appended later stands in later partitions.
-#}
{% macro unseen_since() -%}{{ return(adapter.dispatch('unseen_since')()) }}{%- endmacro %}
{% macro duckdb__unseen_since() -%}{{ return(none) }}{%- endmacro %}
{% macro bigquery__unseen_since() -%}
  {%- set since = [] -%}
  {%- if is_incremental() and can_query(this) -%}
    {%- set since = asked_dates("select cast(date_sub(max(ingested_on), interval 1 day) as string) from " ~ this) -%}
  {%- endif -%}
  {{ return((since | reject('none') | list or ['0001-01-01'])[0]) }}
{%- endmacro %}

{#-
  Of unread segments: `since`, the oldest partition of raw._events in which one stands; `dates` of their events, which are the partitions of event_log
  that can hold one of them already; `filter` of event_log to those.
-#}
{% macro event_places(segments) -%}{{ return(adapter.dispatch('event_places')(segments)) }}{%- endmacro %}
{% macro duckdb__event_places(segments) -%}{{ return({'since': none, 'dates': none, 'filter': none}) }}{%- endmacro %}
{% macro bigquery__event_places(segments) -%}
  {%- set places = {'since': '0001-01-01', 'dates': [], 'filter': none} -%}
  {%- if segments -%}
    {%- set unread = "segment in (select known.segment from " ~ ref('event_segments') ~ " as known where " ~ is_unread('known.segment') ~ ")" -%}
    {%- set since = asked_dates("select cast(min(ingested_on) as string) from " ~ ref('event_segments') ~ " where " ~ unread) -%}
    {%- do places.update({'since': since[0]}) -%}
    {%- if is_incremental() -%}
      {%- set query -%}
        select distinct cast({{ utc_date('`at`') }} as string)
        from {{ raw_table('_events') }}
        where _PARTITIONDATE >= {{ date_literal(places.since) }} and {{ unread }}
      {%- endset -%}
      {%- do places.update({'dates': asked_dates(query)}) -%}
    {%- endif -%}
  {%- endif -%}
  {%- if is_incremental() -%}{%- do places.update({'filter': days_filter('event_at', places.dates)}) -%}{%- endif -%}
  {{ return(places) }}
{%- endmacro %}

{#- Of unread quarantine objects: `since`, the oldest partition of raw._quarantine in which their rows stand, and the business `dates` of their loads. -#}
{% macro verdict_places(verdicts, objects) -%}{{ return(adapter.dispatch('verdict_places')(verdicts, objects)) }}{%- endmacro %}
{% macro duckdb__verdict_places(verdicts, objects) -%}{{ return({'since': none, 'dates': none}) }}{%- endmacro %}
{% macro bigquery__verdict_places(verdicts, objects) -%}
  {%- set days = [] -%}
  {%- set dates = [] -%}
  {%- if objects -%}
    {%- set query -%}
      select distinct cast({{ utc_date('validated_at') }} as string), cast(business_date as string)
      from {{ verdicts }}
      where quarantine is not null {% if is_incremental() %} and quarantine in ({{ text_list(objects) }}) {% endif %}
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do days.append(row[0]) -%}
      {%- do dates.append(row[1]) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return({'since': oldest_partition(days), 'dates': dates}) }}
{%- endmacro %}
