{#- A text as a literal. -#}
{% macro text_literal(text) -%}{{ return(adapter.dispatch('text_literal')(text)) }}{%- endmacro %}
{% macro duckdb__text_literal(text) -%}'{{ text | replace("'", "''") }}'{%- endmacro %}
{% macro bigquery__text_literal(text) -%}
'{{ text | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") | replace("\r", "\\r") }}'
{%- endmacro %}

{#- A date as a literal, from text such as 2023-01-30. -#}
{% macro date_literal(text) -%}date '{{ text }}'{%- endmacro %}
