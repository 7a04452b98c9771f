{#- The median of numbers that are counts, not amounts, as a window function: `over (...)` follows it. -#}
{% macro median_of(number) -%}{{ return(adapter.dispatch('median_of')(number)) }}{%- endmacro %}
{% macro duckdb__median_of(number) -%}median({{ number }}){%- endmacro %}
{% macro bigquery__median_of(number) -%}percentile_cont({{ number }}, 0.5){%- endmacro %}

{#- Quotient of two numbers that are no amounts, as a float; NULL for a divisor of 0. -#}
{% macro float_ratio(numerator, denominator) -%}{{ return(adapter.dispatch('float_ratio')(numerator, denominator)) }}{%- endmacro %}
{% macro duckdb__float_ratio(numerator, denominator) -%}(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)){%- endmacro %}
{% macro bigquery__float_ratio(numerator, denominator) -%}(cast({{ numerator }} as float64) / nullif(cast({{ denominator }} as float64), 0)){%- endmacro %}

{#- 1 for Sunday to 7 for Saturday. -#}
{% macro weekday_of(date) -%}{{ return(adapter.dispatch('weekday_of')(date)) }}{%- endmacro %}
{% macro duckdb__weekday_of(date) -%}(dayofweek({{ date }}) + 1){%- endmacro %}
{% macro bigquery__weekday_of(date) -%}extract(dayofweek from {{ date }}){%- endmacro %}
