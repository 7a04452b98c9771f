{#-
  The published loads that this model has not read, as literals of the compiled SQL, in load order: a list of
  {load_id, source, entity, parts, supersedes, published_on}. `entities` or `sources` limit them. In a full refresh all are unread.
  Works for a plain `dbt build`, since a model is compiled when all that it reads is built.
-#}
{% macro unread_loads(entities=none, sources=none) %}
  {% set loads = ref('loads') %}
  {% set found = [] %}
  {% if (entities or sources) and can_query(loads) %}
    {% set query %}
      select load_id, source, entity, parts, supersedes, cast({{ utc_date('published_at') }} as {{ type_text() }})
      from {{ loads }} as loads
      where {{ loads_condition(entities, sources) }} and {{ is_unread('loads.load_id') }}
      order by load_order
    {% endset %}
    {% for row in run_query(query).rows %}
      {% do found.append({
        'load_id': row[0], 'source': row[1], 'entity': row[2], 'parts': fromjson(row[3]), 'supersedes': fromjson(row[4]), 'published_on': row[5] | string,
      }) %}
    {% endfor %}
  {% endif %}
  {{ return(found) }}
{% endmacro %}

{% macro loads_condition(entities=none, sources=none) -%}
  {%- if entities -%} entity in ({{ text_list(entities) }}) {%- else -%} source in ({{ text_list(sources) }}) {%- endif -%}
{%- endmacro %}

{#- Post-hook that belongs to unread_loads with the same arguments. -#}
{% macro remember_loads(entities=none, sources=none) %}
  {% if entities or sources %}
    {{ remember_inputs(ref('loads'), 'load_id', loads_condition(entities, sources)) }}
  {% endif %}
{% endmacro %}

{#- A comma-separated list of text literals; NULL for none, which no value is in. -#}
{% macro text_list(texts) -%}
  {%- for text in texts -%}{{ text_literal(text) }}{% if not loop.last %}, {% endif %}{%- else -%} null {%- endfor -%}
{%- endmacro %}

{#- The ids of loads, and with `superseded` of those that they replace. -#}
{% macro load_ids(loads, superseded=false) %}
  {% set ids = [] %}
  {% for load in loads %}
    {% do ids.append(load.load_id) %}
    {% if superseded %}{% do ids.extend(load.supersedes) %}{% endif %}
  {% endfor %}
  {{ return(ids) }}
{% endmacro %}

{% macro superseded_ids(loads) %}
  {% set ids = [] %}
  {% for load in loads %}{% do ids.extend(load.supersedes) %}{% endfor %}
  {{ return(ids) }}
{% endmacro %}

{#- Post-hook of a record: staging holds rows of current loads only, so those of loads that are replaced leave it once they are recorded. -#}
{% macro remove_replaced_from_staging(sources) %}
  {% if execute %}
    {% for source in sources %}
      {% set replaced = [] %}
      {% for load in unread_loads(sources=[source]) %}{% do replaced.extend(load.supersedes) %}{% endfor %}
      {% if replaced %}
        delete from {{ ref('stg_' ~ source) }} where _load_id in ({{ text_list(replaced) }}) {{ and_filter(published_filter(replaced)) }};
      {% endif %}
    {% endfor %}
  {% endif %}
{% endmacro %}

{#-
  Post-hook of control.loads: a load that a model has read and that no event publishes any more was taken back by a change of
  the lease. What was built from it must be built anew, which only a full refresh does.
-#}
{% macro refuse_loads_taken_back() %}
  {% if execute and not flags.FULL_REFRESH %}
    {% set query %}
      select count(*)
      from (select distinct input from {{ model_inputs() }} where model in ('trade_versions', 'trades_enriched')) as read_inputs
      where not exists (select 1 from {{ ref('events') }} as events where events.type = 'load_published' and events.load_id = read_inputs.input)
    {% endset %}
    {% if run_query(query).rows[0][0] > 0 %}
      {{ exceptions.raise_compiler_error('FULL_REFRESH_NEEDED: a load that was read is published no more; build with --full-refresh') }}
    {% endif %}
  {% endif %}
{% endmacro %}
