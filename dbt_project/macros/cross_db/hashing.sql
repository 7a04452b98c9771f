{#- md5 of a text as 32 lower-case hex digits. -#}
{% macro md5_hex(text) -%}{{ return(adapter.dispatch('md5_hex')(text)) }}{%- endmacro %}
{% macro duckdb__md5_hex(text) -%}md5({{ text }}){%- endmacro %}
{% macro bigquery__md5_hex(text) -%}to_hex(md5({{ text }})){%- endmacro %}

{#- One text that differs where any of the columns differs, NULL told apart from every value. -#}
{% macro content_of(columns) -%}{{ return(adapter.dispatch('content_of')(columns)) }}{%- endmacro %}
{% macro duckdb__content_of(columns) -%}
  cast(to_json({ {%- for column in columns %}'{{ column }}': {{ column }}{% if not loop.last %}, {% endif %}{% endfor -%} }) as varchar)
{%- endmacro %}
{% macro bigquery__content_of(columns) -%}to_json_string(struct({{ columns | join(', ') }})){%- endmacro %}
