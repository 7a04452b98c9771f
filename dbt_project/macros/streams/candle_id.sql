{#- The key of a candle: source, instrument, size and the microseconds of its start. -#}
{% macro candle_id(source, instrument, size, start) -%}
{{ md5_hex(source ~ " || '|' || " ~ instrument ~ " || '|' || " ~ size ~ " || '|' || cast(" ~ micros_of(start) ~ " as " ~ type_text() ~ ")") }}
{%- endmacro %}

{#- Microseconds since the epoch. -#}
{% macro micros_of(instant) -%}{{ return(adapter.dispatch('micros_of')(instant)) }}{%- endmacro %}
{% macro duckdb__micros_of(instant) -%}epoch_us({{ instant }}){%- endmacro %}
{% macro bigquery__micros_of(instant) -%}unix_micros({{ instant }}){%- endmacro %}

{#- A candle that differs by so many percent drifts. -#}
{% macro drift_limit_percent() -%}0.5{%- endmacro %}
