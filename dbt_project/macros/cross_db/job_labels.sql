{#- The labels of every BigQuery job: those of the configuration and the name of what is built. dbt reads them from this comment. -#}
{% macro job_labels(node, configured) -%}
  {%- set labels = dict(configured) -%}
  {%- do labels.update({'dbt_node': (node.name if node else 'none') | lower}) -%}
  {{ return(tojson(labels)) }}
{%- endmacro %}
