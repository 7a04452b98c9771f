{#- Names of the types; BigQuery has its own. -#}
{% macro type_text() -%}{{ return(adapter.dispatch('type_text')()) }}{%- endmacro %}
{% macro duckdb__type_text() -%}varchar{%- endmacro %}

{% macro type_integer() -%}{{ return(adapter.dispatch('type_integer')()) }}{%- endmacro %}
{% macro duckdb__type_integer() -%}bigint{%- endmacro %}

{% macro type_instant() -%}{{ return(adapter.dispatch('type_instant')()) }}{%- endmacro %}
{% macro duckdb__type_instant() -%}timestamp with time zone{%- endmacro %}

{#- Canonical amounts: quantity, price, notional. -#}
{% macro type_amount() -%}{{ return(adapter.dispatch('type_amount')()) }}{%- endmacro %}
{% macro duckdb__type_amount() -%}decimal(38, 18){%- endmacro %}
