{#- The columns together are never NULL and never twice the same. -#}
{% test is_key(model, columns) %}
{%- set key = [] -%}
{%- for column in columns -%}{%- do key.append('keyed.' ~ column) -%}{%- endfor -%}
select {{ key | join(', ') }}, count(*) as times
from {{ model }} as keyed
group by {{ key | join(', ') }}
having count(*) > 1 {% for column in key %} or {{ column }} is null {% endfor %}
{% endtest %}
