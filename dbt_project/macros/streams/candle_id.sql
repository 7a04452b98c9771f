{#- The key of a candle: source, instrument, size and the microseconds of its start. -#}
{% macro candle_id(source, instrument, size, start) -%}
{{ md5_hex(source ~ " || '|' || " ~ instrument ~ " || '|' || " ~ size ~ " || '|' || cast(" ~ micros_of(start) ~ " as " ~ type_text() ~ ")") }}
{%- endmacro %}

{#- A candle that differs by so many percent drifts. -#}
{% macro drift_limit_percent() -%}0.5{%- endmacro %}
