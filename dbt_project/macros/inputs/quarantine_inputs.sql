{#- An attempt writes its quarantine object anew: the input is the object together with the attempt. -#}
{% macro quarantine_input() -%}load_id || ':' || cast(attempt as {{ type_text() }}){%- endmacro %}

{#- The quarantine objects of the last attempts at each load that are not read: what an earlier attempt wrote does not count any more. -#}
{% macro unread_quarantine(verdicts) -%}
  select distinct quarantine
  from (
    select load_id, attempt, quarantine
    from {{ verdicts }}
    where quarantine is not null
    qualify row_number() over (partition by load_id order by attempt desc) = 1
  ) as verdicts
  where {{ is_unread(quarantine_input()) }}
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
