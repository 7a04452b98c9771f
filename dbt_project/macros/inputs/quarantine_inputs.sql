{#- An attempt writes its quarantine object anew: the input is the object together with the attempt. -#}
{% macro quarantine_input() -%}load_id || ':' || cast(attempt as {{ type_text() }}){%- endmacro %}

{% macro unread_quarantine(verdicts) -%}
  select distinct quarantine
  from {{ verdicts }} as verdicts
  where quarantine is not null and {{ is_unread(quarantine_input()) }}
  order by quarantine
{%- endmacro %}

{% macro remember_quarantine() %}
  {% if execute %}
    insert into {{ model_inputs() }} (model, input)
    select '{{ this.identifier }}', {{ quarantine_input() }}
    from {{ ref('validation_runs') }} as verdicts
    where quarantine is not null and {{ is_unread(quarantine_input()) }}
  {% endif %}
{% endmacro %}
