{#- No event, with the columns of an event. -#}
{% macro no_events() -%}
  select
    cast(null as {{ type_text() }}) as event_id, cast(null as {{ type_text() }}) as type, cast(null as {{ type_instant() }}) as event_at,
    cast(null as {{ type_text() }}) as run_id, cast(null as {{ type_text() }}) as writer, cast(null as {{ type_integer() }}) as seq,
    cast(null as {{ type_text() }}) as load_id, cast(null as {{ type_text() }}) as source, cast(null as {{ type_json() }}) as data,
    cast(null as {{ type_text() }}) as prev_hash, cast(null as {{ type_text() }}) as {{ adapter.quote('hash') }}, cast(null as {{ type_text() }}) as segment
  from (select 1 as one) as nothing
  where false
{%- endmacro %}
