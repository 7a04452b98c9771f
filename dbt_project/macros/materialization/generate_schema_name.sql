{#- The datasets are named as the layers are, behind the prefix of the environment (none on DuckDB). -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ layer(custom_schema_name) if custom_schema_name is not none else target.schema }}
{%- endmacro %}

{% macro layer(name) -%}{{ var('dataset_prefix') ~ name }}{%- endmacro %}

{#- A table that the lane fills before dbt runs. -#}
{% macro raw_table(name) -%}
{{ return(api.Relation.create(database=target.database, schema=layer('raw'), identifier=name)) }}
{%- endmacro %}
