{#- The columns together are never NULL and never twice the same. -#}
{% test is_key(model, columns) %}
{%- set quoted = [] -%}
{%- for column in columns -%}{%- do quoted.append(adapter.quote(column)) -%}{%- endfor %}
select {{ quoted | join(', ') }}, count(*) as times
from {{ model }}
group by {{ quoted | join(', ') }}
having count(*) > 1 {% for column in quoted %} or {{ column }} is null {% endfor %}
{% endtest %}
