{#-
  Partition pruning. BigQuery reads only the partitions that literals of the statement name, so what is asked at compile time becomes a list of dates.
  DuckDB has no partitions: there the same macros ask nothing and filter nothing. Filters are SQL conditions as text, none for no filter.
-#}

{#- More dates than this become the range from the first to the last. -#}
{% macro most_dates_listed() %}{{ return(366) }}{% endmacro %}

{#- Condition that a column of dates is one of `dates` (texts; none for NULL). -#}
{% macro dates_filter(column, dates) -%}
  {%- set known = dates | reject('none') | unique | sort -%}
  {%- set conditions = [] -%}
  {%- if known | length > most_dates_listed() -%}
    {%- do conditions.append(column ~ ' between ' ~ date_literal(known[0]) ~ ' and ' ~ date_literal(known[-1])) -%}
  {%- elif known or none not in dates -%}
    {%- set literals = [] -%}
    {%- for date in known or ['0001-01-01'] -%}{%- do literals.append(date_literal(date)) -%}{%- endfor -%}
    {%- do conditions.append(column ~ ' in (' ~ literals | join(', ') ~ ')') -%}
  {%- endif -%}
  {%- if none in dates -%}{%- do conditions.append(column ~ ' is null') -%}{%- endif -%}
  {{ return('(' ~ conditions | join(' or ') ~ ')') }}
{%- endmacro %}

{#- Condition that an instant lies within the days from the first to the last of `dates`. -#}
{% macro days_filter(column, dates) -%}
  {%- set known = dates | reject('none') | sort -%}
  {%- set first = known[0] if known else '0001-01-01' -%}
  {%- set last = known[-1] if known else '0001-01-01' -%}
  {{ return('(' ~ column ~ " >= timestamp '" ~ first ~ " 00:00:00+00' and " ~ column ~ " <= timestamp '" ~ last ~ " 23:59:59.999999+00')") }}
{%- endmacro %}

{#- A relation, or of a partitioned one the rows that a filter leaves. `filter` speaks of its columns without an alias. -#}
{% macro pruned(relation, filter) -%}{{ return(adapter.dispatch('pruned')(relation, filter)) }}{%- endmacro %}
{% macro duckdb__pruned(relation, filter) -%}{{ relation }}{%- endmacro %}
{% macro bigquery__pruned(relation, filter) -%}
{%- if filter is none -%} {{ relation }} {%- else -%} (select * from {{ relation }} where {{ filter }}) {%- endif -%}
{%- endmacro %}

{#- Further condition of a statement that changes a partitioned relation. -#}
{% macro and_filter(filter) -%}{{ return(adapter.dispatch('and_filter')(filter)) }}{%- endmacro %}
{% macro duckdb__and_filter(filter) -%}{%- endmacro %}
{% macro bigquery__and_filter(filter) -%}{%- if filter is not none %} and {{ filter }}{%- endif -%}{%- endmacro %}

{#-
  Says in a model's own SQL which rows of the table its merge may touch; the merge takes it from there. It names every partition in which a row
  with a key of the new rows stands, or the merge would leave that row. `form`: dates (a column of dates that is one of them), days (an instant within
  them) or since (a column of dates, from the oldest of them on).
-#}
{% macro merge_filter(column, dates, form='dates') -%}{{ return(adapter.dispatch('merge_filter')(column, dates, form)) }}{%- endmacro %}
{% macro duckdb__merge_filter(column, dates, form) -%}{%- endmacro %}
{% macro bigquery__merge_filter(column, dates, form) -%}
{%- if is_incremental() and dates is not none -%}
-- merge filter: {% if form == 'since' %}{{ 'standing.' ~ column }} >= {{ date_literal(dates | min) }}
{%- elif form == 'days' %}{{ days_filter('standing.' ~ column, dates) }}
{%- else %}{{ dates_filter('standing.' ~ column, dates) }}
{%- endif %}
{% endif -%}
{%- endmacro %}

{#- The oldest of dates (texts) and today; today for none. For reading what was ingested since. -#}
{% macro oldest_partition(dates) -%}
  {{ return((dates + [run_started_at.strftime('%Y-%m-%d')]) | min) }}
{%- endmacro %}

{#- The first column of a statement's rows at compile time, as texts. Asked on warehouses with partitions only. -#}
{% macro asked_dates(sql) -%}
  {%- set dates = [] -%}
  {%- for row in run_query(sql).rows -%}{%- do dates.append(none if row[0] is none else row[0] | string) -%}{%- endfor -%}
  {{ return(dates) }}
{%- endmacro %}

{#- The UTC dates on which loads were published, of all that are named. -#}
{% macro published_dates(ids) -%}{{ return(adapter.dispatch('published_dates')(ids)) }}{%- endmacro %}
{% macro duckdb__published_dates(ids) -%}{{ return([]) }}{%- endmacro %}
{% macro bigquery__published_dates(ids) -%}
  {%- if not ids or not execute -%}{{ return([]) }}{%- endif -%}
  {{ return(asked_dates("select distinct cast(" ~ utc_date('published_at') ~ " as string) from " ~ ref('loads') ~ " where load_id in (" ~ text_list(ids) ~ ")")) }}
{%- endmacro %}

{% macro published_filter(ids) -%}{{ return(dates_filter('_published_on', published_dates(ids))) }}{%- endmacro %}

{#- Filter of staging and of the records to the loads that are named; none where a model is built anew. -#}
{% macro loads_filter(ids) -%}{{ return(adapter.dispatch('loads_filter')(ids)) }}{%- endmacro %}
{% macro duckdb__loads_filter(ids) -%}{{ return(none) }}{%- endmacro %}
{% macro bigquery__loads_filter(ids) -%}
  {{ return(published_filter(ids) if is_incremental() else none) }}
{%- endmacro %}

{#- Filter of the records to the days on which loads of the newest run were published. -#}
{% macro newest_loads_filter() -%}{{ return(adapter.dispatch('newest_loads_filter')()) }}{%- endmacro %}
{% macro duckdb__newest_loads_filter() -%}{{ return(none) }}{%- endmacro %}
{% macro bigquery__newest_loads_filter() -%}
  {%- set loads = ref('loads') -%}
  {%- if not can_query(loads) -%}{{ return(none) }}{%- endif -%}
  {%- set query -%}
    select distinct cast({{ utc_date('loads.published_at') }} as string)
    from {{ loads }} as loads
    inner join {{ ref('runs') }} as runs on runs.run_id = loads.run_id
    where runs.is_newest
  {%- endset -%}
  {{ return(dates_filter('_published_on', asked_dates(query))) }}
{%- endmacro %}

{#- Configuration of a model: its partitions of days. DuckDB takes the same word for something else. -#}
{% macro partitioned_by(column, type='date') -%}
{{ return({'field': column, 'data_type': type, 'granularity': 'day'} if target.type == 'bigquery' else none) }}
{%- endmacro %}

{#- The day on which a message's load was published, which only BigQuery keeps; behind a comma. -#}
{% macro and_published_on(prefix='') -%}{{ return(adapter.dispatch('and_published_on')(prefix)) }}{%- endmacro %}
{% macro duckdb__and_published_on(prefix) -%}{%- endmacro %}
{% macro bigquery__and_published_on(prefix) -%}, {{ prefix }}_published_on{%- endmacro %}

{#- Condition that a column of dates is a day or later; none on DuckDB. -#}
{% macro since_filter(column, day) -%}{{ return(adapter.dispatch('since_filter')(column, day)) }}{%- endmacro %}
{% macro duckdb__since_filter(column, day) -%}{{ return(none) }}{%- endmacro %}
{% macro bigquery__since_filter(column, day) -%}{{ return('(' ~ column ~ ' >= ' ~ date_literal(day) ~ ')') }}{%- endmacro %}
