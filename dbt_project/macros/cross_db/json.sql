{#- A scalar member of a JSON document as text; `path` is dotted, without the leading `$`. -#}
{% macro json_text(document, path) -%}{{ return(adapter.dispatch('json_text')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_text(document, path) -%}json_extract_string({{ document }}, '{{ json_path(path) }}'){%- endmacro %}
{% macro bigquery__json_text(document, path) -%}json_value({{ document }}, '{{ json_path(path) }}'){%- endmacro %}

{#- A member of a JSON document, of any kind, as JSON text. -#}
{% macro json_member_text(document, path) -%}{{ return(adapter.dispatch('json_member_text')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_member_text(document, path) -%}cast(json_extract({{ document }}, '{{ json_path(path) }}') as varchar){%- endmacro %}
{% macro bigquery__json_member_text(document, path) -%}json_query({{ document }}, '{{ json_path(path) }}'){%- endmacro %}

{#- A join with the elements of a JSON array, each a row with the one column `element` of JSON. -#}
{% macro cross_join_elements(document, path, element) -%}{{ return(adapter.dispatch('cross_join_elements')(document, path, element)) }}{%- endmacro %}
{% macro duckdb__cross_join_elements(document, path, element) -%}
cross join unnest(cast(json_extract({{ document }}, '{{ json_path(path) }}') as json[])) as {{ element }}_list({{ element }})
{%- endmacro %}
{% macro bigquery__cross_join_elements(document, path, element) -%}
cross join unnest(json_query_array({{ document }}, '{{ json_path(path) }}')) as {{ element }}
{%- endmacro %}

{#- A JSON string as its text. -#}
{% macro json_scalar(document) -%}{{ return(adapter.dispatch('json_scalar')(document)) }}{%- endmacro %}
{% macro duckdb__json_scalar(document) -%}json_extract_string({{ document }}, '$'){%- endmacro %}
{% macro bigquery__json_scalar(document) -%}json_value({{ document }}, '$'){%- endmacro %}

{#- The text members of an array's objects as one JSON array of texts. -#}
{% macro json_texts(document, path) -%}{{ return(adapter.dispatch('json_texts')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_texts(document, path) -%}cast(to_json(json_extract_string({{ document }}, '{{ json_path(path) }}')) as varchar){%- endmacro %}
{% macro bigquery__json_texts(document, path) -%}
{%- set parts = path.split('[*].') -%}
to_json_string(array(
  select json_value(element, '{{ json_path(parts[1]) }}')
  from unnest(json_query_array({{ document }}, '{{ json_path(parts[0]) }}')) as element with offset as place
  order by place
))
{%- endmacro %}

{#- A JSON path; '' is the document itself. -#}
{% macro json_path(path) -%}${% if path and not path.startswith('[') %}.{% endif %}{{ path }}{%- endmacro %}

{#- A join with the parts of a text between commas, each a row with the one column. -#}
{% macro cross_join_parts(text, part) -%}{{ return(adapter.dispatch('cross_join_parts')(text, part)) }}{%- endmacro %}
{% macro duckdb__cross_join_parts(text, part) -%}cross join unnest(string_split({{ text }}, ',')) as {{ part }}_list({{ part }}){%- endmacro %}
{% macro bigquery__cross_join_parts(text, part) -%}cross join unnest(split({{ text }}, ',')) as {{ part }}{%- endmacro %}
