{#- A scalar member of a JSON document as text; `path` is dotted, without the leading `$`. -#}
{% macro json_text(document, path) -%}{{ return(adapter.dispatch('json_text')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_text(document, path) -%}json_extract_string({{ document }}, '{{ json_path(path) }}'){%- endmacro %}

{#- A member of a JSON document as JSON. -#}
{% macro json_member(document, path) -%}{{ return(adapter.dispatch('json_member')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_member(document, path) -%}json_extract({{ document }}, '{{ json_path(path) }}'){%- endmacro %}

{#- A join with the elements of a JSON array, each a row with the one column `element` of JSON. -#}
{% macro cross_join_elements(document, path, element) -%}{{ return(adapter.dispatch('cross_join_elements')(document, path, element)) }}{%- endmacro %}
{% macro duckdb__cross_join_elements(document, path, element) -%}
cross join unnest(cast(json_extract({{ document }}, '{{ json_path(path) }}') as json[])) as {{ element }}_list({{ element }})
{%- endmacro %}

{#- A JSON string as its text. -#}
{% macro json_scalar(document) -%}{{ return(adapter.dispatch('json_scalar')(document)) }}{%- endmacro %}
{% macro duckdb__json_scalar(document) -%}json_extract_string({{ document }}, '$'){%- endmacro %}

{#- The text members of an array's objects as one JSON array of texts. -#}
{% macro json_texts(document, path) -%}{{ return(adapter.dispatch('json_texts')(document, path)) }}{%- endmacro %}
{% macro duckdb__json_texts(document, path) -%}cast(to_json(json_extract_string({{ document }}, '{{ json_path(path) }}')) as varchar){%- endmacro %}

{#- Whether a JSON array of texts, held as text, has an element. -#}
{% macro json_list_contains(document, element) -%}{{ return(adapter.dispatch('json_list_contains')(document, element)) }}{%- endmacro %}
{% macro duckdb__json_list_contains(document, element) -%}list_contains(json_extract_string({{ document }}, '$[*]'), {{ element }}){%- endmacro %}

{% macro json_path(path) -%}${% if not path.startswith('[') %}.{% endif %}{{ path }}{%- endmacro %}
