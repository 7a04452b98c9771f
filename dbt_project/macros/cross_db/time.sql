{#- The instant at which a date begins in a time zone. -#}
{% macro midnight(date, timezone) -%}{{ return(adapter.dispatch('midnight')(date, timezone)) }}{%- endmacro %}
{% macro duckdb__midnight(date, timezone) -%}timezone({{ timezone }}, cast({{ date }} as timestamp)){%- endmacro %}

{#- The UTC date of an instant. -#}
{% macro utc_date(instant) -%}{{ return(adapter.dispatch('utc_date')(instant)) }}{%- endmacro %}
{% macro duckdb__utc_date(instant) -%}cast(timezone('UTC', {{ instant }}) as date){%- endmacro %}

{% macro date_minus_days(date, days) -%}{{ return(adapter.dispatch('date_minus_days')(date, days)) }}{%- endmacro %}
{% macro duckdb__date_minus_days(date, days) -%}({{ date }} - cast({{ days }} as integer)){%- endmacro %}

{#- The ends of an interval that has none. -#}
{% macro beginning_of_time() -%}{{ return(adapter.dispatch('beginning_of_time')()) }}{%- endmacro %}
{% macro duckdb__beginning_of_time() -%}timestamptz '0001-01-01 00:00:00+00'{%- endmacro %}
{% macro end_of_time() -%}{{ return(adapter.dispatch('end_of_time')()) }}{%- endmacro %}
{% macro duckdb__end_of_time() -%}timestamptz '9999-12-31 00:00:00+00'{%- endmacro %}
