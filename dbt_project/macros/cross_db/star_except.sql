{#- All columns of a relation but some. -#}
{% macro star_except(relation, columns) -%}{{ return(adapter.dispatch('star_except')(relation, columns)) }}{%- endmacro %}
{% macro duckdb__star_except(relation, columns) -%}{{ relation }}.* exclude ({{ columns | join(', ') }}){%- endmacro %}
{% macro bigquery__star_except(relation, columns) -%}{{ relation }}.* except ({{ columns | join(', ') }}){%- endmacro %}
