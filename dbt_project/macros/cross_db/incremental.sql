{#-
  Every incremental model of BigQuery is built by one MERGE that takes away the rows of the keys it has new rows for, and puts the new rows in: the
  delete+insert of DuckDB, in one statement. So it leaves all or nothing, and done again it gives the same. unique_key is one column: the load of
  staged records, the trade of its versions.
-#}
{% macro keyed_strategy(duckdb_strategy) -%}{{ return('merge' if target.type == 'bigquery' else duckdb_strategy) }}{%- endmacro %}

{% macro bigquery__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- set names = [] -%}
  {%- for column in dest_columns -%}{%- do names.append('`' ~ column.name ~ '`') -%}{%- endfor %}
  merge into {{ target }} as standing
  using (
    select _is_row, built.*
    from {{ source }} as built
    cross join unnest([true, false]) as _is_row
    qualify _is_row or row_number() over (partition by _is_row, built.{{ unique_key }} order by built.{{ unique_key }}) = 1
  ) as given
  on not given._is_row
    and standing.{{ unique_key }} = given.{{ unique_key }}
    and {{ merge_filter_of_model() }}
  when matched then delete
  when not matched by target and given._is_row then insert ({{ names | join(', ') }}) values ({{ names | join(', ') }})
{%- endmacro %}

{#- What merge_filter wrote, of the table that is merged into. A model without it would read all of its table. -#}
{% macro merge_filter_of_model() -%}
  {%- set parts = model['compiled_code'].split('-- merge filter: ') -%}
  {%- if parts | length != 2 -%}
    {{ exceptions.raise_compiler_error('expected one merge_filter in ' ~ model['name'] ~ ', found ' ~ (parts | length - 1)) }}
  {%- endif -%}
  {{ parts[1].split('\n')[0] | replace('(_published_on', '(standing._published_on') | trim }}
{%- endmacro %}

{#- A table that is computed whole: anew each time on BigQuery, where replacing a table is one statement; on DuckDB only when something is unread. -#}
{% macro whole_materialization() -%}{{ return('table' if target.type == 'bigquery' else 'incremental') }}{%- endmacro %}
