{#-
  Committed parts of a kind (dead_letters, candles, findings) that this model has not read, as literals of the compiled SQL: a list of
  [object, source]. `sources` limit them.
-#}
{% macro unread_parts(kind, sources) %}
  {% set parts = ref('stream_parts') %}
  {% set found = [] %}
  {% if sources and can_query(parts) %}
    {% set query %}
      select object, source
      from {{ parts }} as parts
      where kind = '{{ kind }}' and source in ({{ text_list(sources) }}) and {{ is_unread('parts.object') }}
      order by object
    {% endset %}
    {% for row in run_query(query).rows %}{% do found.append([row[0], row[1]]) %}{% endfor %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}

{#- Post-hook that belongs to unread_parts with the same arguments. -#}
{% macro remember_parts(kind, sources) %}
  {% if sources %}
    {{ remember_inputs(ref('stream_parts'), 'object', "kind = '" ~ kind ~ "' and source in (" ~ text_list(sources) ~ ")") }}
  {% endif %}
{% endmacro %}

{#- The parts of loads as [object, load]. -#}
{% macro load_parts(loads) %}
  {% set parts = [] %}
  {% for load in loads %}{% for part in load.parts %}{% do parts.append([part, load.load_id]) %}{% endfor %}{% endfor %}
  {{ return(parts) }}
{% endmacro %}
