{#- Names of the types; BigQuery has its own. -#}
{% macro type_text() -%}{{ return(adapter.dispatch('type_text')()) }}{%- endmacro %}
{% macro duckdb__type_text() -%}varchar{%- endmacro %}
{% macro bigquery__type_text() -%}string{%- endmacro %}

{% macro type_integer() -%}{{ return(adapter.dispatch('type_integer')()) }}{%- endmacro %}
{% macro duckdb__type_integer() -%}bigint{%- endmacro %}
{% macro bigquery__type_integer() -%}int64{%- endmacro %}

{% macro type_instant() -%}{{ return(adapter.dispatch('type_instant')()) }}{%- endmacro %}
{% macro duckdb__type_instant() -%}timestamp with time zone{%- endmacro %}
{% macro bigquery__type_instant() -%}timestamp{%- endmacro %}

{#- The end of a CREATE TABLE: rows with like values stand together. -#}
{% macro clustered_by(columns) -%}{{ return(adapter.dispatch('clustered_by')(columns)) }}{%- endmacro %}
{% macro duckdb__clustered_by(columns) -%}{%- endmacro %}
{% macro bigquery__clustered_by(columns) -%}cluster by {{ columns | join(', ') }}{%- endmacro %}

{#- Canonical amounts: quantity, price, notional. -#}
{% macro type_amount() -%}{{ return(adapter.dispatch('type_amount')()) }}{%- endmacro %}
{% macro duckdb__type_amount() -%}decimal(38, 18){%- endmacro %}
{% macro bigquery__type_amount() -%}bignumeric(38, 18){%- endmacro %}

{#- JSON documents of events. On BigQuery they stay text: its JSON type rounds large numbers and forgets the order of members. -#}
{% macro type_json() -%}{{ return(adapter.dispatch('type_json')()) }}{%- endmacro %}
{% macro duckdb__type_json() -%}json{%- endmacro %}
{% macro bigquery__type_json() -%}string{%- endmacro %}

{% macro type_float() -%}{{ return(adapter.dispatch('type_float')()) }}{%- endmacro %}
{% macro duckdb__type_float() -%}double{%- endmacro %}
{% macro bigquery__type_float() -%}float64{%- endmacro %}
