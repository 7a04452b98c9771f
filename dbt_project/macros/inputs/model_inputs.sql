{#-
  Which inputs (loads, event segments, quarantine objects) a model has read. On DuckDB a row is written in the transaction that writes the
  model's own rows, so that a build that fails or is killed at any point leaves both or neither. BigQuery has no transaction over a model and its
  hooks: there it is written last, and reading an input again gives the same rows.
-#}
{% macro model_inputs() -%}{{ api.Relation.create(database=target.database, schema=layer('control'), identifier='model_inputs') }}{%- endmacro %}

{% macro create_model_inputs() %}
  {% if execute %}
    {% if not adapter.check_schema_exists(target.database, layer('control')) %}
      {% do adapter.create_schema(api.Relation.create(database=target.database, schema=layer('control'))) %}
    {% endif %}
    create table if not exists {{ model_inputs() }} (model {{ type_text() }}, input {{ type_text() }}) {{ clustered_by(['model', 'input']) }}
  {% endif %}
{% endmacro %}

{#- Which dbt command touched the warehouse last: the lane sees that someone else's did. -#}
{% macro note_invocation() %}
  {% if execute %}
    create or replace table {{ api.Relation.create(database=target.database, schema=layer('control'), identifier='last_invocation') }} as
    select '{{ invocation_id }}' as invocation_id
  {% endif %}
{% endmacro %}

{#- Pre-hook of every model that keeps inputs: a model that is built anew has read nothing. -#}
{% macro forget_inputs() %}
  {% if execute and not is_incremental() %}
    delete from {{ model_inputs() }} where model = '{{ this.identifier }}'
  {% endif %}
{% endmacro %}

{#- Post-hook: remembers every input of `relation` (its column `column`) that was not remembered yet. -#}
{% macro remember_inputs(relation, column, condition='true') %}
  {% if execute %}
    insert into {{ model_inputs() }} (model, input)
    select '{{ this.identifier }}', all_inputs.{{ column }}
    from (select distinct {{ column }} from {{ relation }} where {{ condition }}) as all_inputs
    where not exists (
      select 1 from {{ model_inputs() }} as read_inputs
      where read_inputs.model = '{{ this.identifier }}' and read_inputs.input = all_inputs.{{ column }}
    )
  {% endif %}
{% endmacro %}

{#-
  Whether a relation can be asked while SQL is compiled. A build always asks, and fails where something is missing; `dbt compile` and
  `dbt docs` may run on a warehouse that is not built yet, where nothing is unread.
-#}
{% macro can_query(relation) %}
  {{ return(execute and (flags.WHICH in ['build', 'run', 'test'] or load_relation(relation) is not none)) }}
{% endmacro %}

{#- SQL condition: the input in `column` is not read by this model. -#}
{% macro is_unread(column) -%}
  {%- if is_incremental() -%}
  not exists (
    select 1 from {{ model_inputs() }} as read_inputs
    where read_inputs.model = '{{ this.identifier }}' and read_inputs.input = {{ column }}
  )
  {%- else -%} true {%- endif -%}
{%- endmacro %}
