{#- A function of one date that gives a table, kept in the warehouse so that it is there for every date without dbt. -#}
{% macro create_date_function(name, argument, sql) -%}{{ return(adapter.dispatch('create_date_function')(name, argument, sql)) }}{%- endmacro %}
{% macro duckdb__create_date_function(name, argument, sql) -%}
create or replace macro {{ name }}({{ argument }}) as table {{ sql }}
{%- endmacro %}
{% macro bigquery__create_date_function(name, argument, sql) -%}
create or replace table function {{ name }}({{ argument }} date) as ({{ sql }})
{%- endmacro %}
