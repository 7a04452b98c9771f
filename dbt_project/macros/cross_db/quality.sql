{#- Whole numbers and windows of the checks of market data; core/quality/outlier-threshold.ts says what is decided. -#}

{#- Microseconds from one instant to another. -#}
{% macro micros_between(later, earlier) -%}{{ return(adapter.dispatch('micros_between')(later, earlier)) }}{%- endmacro %}
{% macro duckdb__micros_between(later, earlier) -%}date_diff('microsecond', {{ earlier }}, {{ later }}){%- endmacro %}
{% macro bigquery__micros_between(later, earlier) -%}timestamp_diff({{ later }}, {{ earlier }}, microsecond){%- endmacro %}

{#- Whole microseconds as milliseconds (38,18). -#}
{% macro milliseconds_of(micros) -%}{{ return(adapter.dispatch('milliseconds_of')(micros)) }}{%- endmacro %}
{% macro duckdb__milliseconds_of(micros) -%}cast(cast({{ micros }} as decimal(19, 0)) * 0.001::decimal(4, 3) as decimal(38, 18)){%- endmacro %}
{% macro bigquery__milliseconds_of(micros) -%}cast(cast({{ micros }} as bignumeric) * bignumeric '0.001' as bignumeric(38, 18)){%- endmacro %}

{#- An amount below 10^18 as (38,18); NULL for a larger one. -#}
{% macro measurable_amount(amount) -%}{{ return(adapter.dispatch('measurable_amount')(amount)) }}{%- endmacro %}
{% macro duckdb__measurable_amount(amount) -%}try_cast({{ amount }} as decimal(36, 18)){%- endmacro %}
{% macro bigquery__measurable_amount(amount) -%}if(abs({{ amount }}) < 1000000000000000000, cast({{ amount }} as bignumeric), null){%- endmacro %}

{#- A number as units of its last digit (`scale` of them behind the point) where they are below 10^18, else NULL. -#}
{% macro units_of(number, scale) -%}{{ return(adapter.dispatch('units_of')(number, scale)) }}{%- endmacro %}
{% macro duckdb__units_of(number, scale) -%}
  cast(cast(try_cast({{ number }} as decimal(18, {{ scale }})) as decimal(37, {{ scale }})) * 1{{ '0' * scale }}::decimal({{ scale + 1 }}, 0) as bigint)
{%- endmacro %}
{% macro bigquery__units_of(number, scale) -%}
  if(
    abs({{ number }}) < bignumeric '1{{ '0' * (18 - scale) }}',
    cast({{ number }} as bignumeric) * bignumeric '1{{ '0' * scale }}', null
  )
{%- endmacro %}

{#- A value as something that a window may be partitioned by; BigQuery does not take a FLOAT64. -#}
{% macro window_key(column, kind) -%}{{ return(adapter.dispatch('window_key')(column, kind)) }}{%- endmacro %}
{% macro duckdb__window_key(column, kind) -%}{{ column }}{%- endmacro %}
{% macro bigquery__window_key(column, kind) -%}
{%- if kind == 'FLOAT64' -%} cast({{ column }} as string) {%- else -%} {{ column }} {%- endif -%}
{%- endmacro %}

{#- The values of a window as one list: `over (...)` follows it. -#}
{% macro elements_of(value) -%}{{ return(adapter.dispatch('elements_of')(value)) }}{%- endmacro %}
{% macro duckdb__elements_of(value) -%}list({{ value }}){%- endmacro %}
{% macro bigquery__elements_of(value) -%}array_agg({{ value }}){%- endmacro %}

{% macro length_of(list) -%}{{ return(adapter.dispatch('length_of')(list)) }}{%- endmacro %}
{% macro duckdb__length_of(list) -%}len({{ list }}){%- endmacro %}
{% macro bigquery__length_of(list) -%}array_length({{ list }}){%- endmacro %}

{#- The two middle values of a list of `size` whole numbers, added. -#}
{% macro middle_two(list, size) -%}{{ return(adapter.dispatch('middle_two')(list, size)) }}{%- endmacro %}
{% macro duckdb__middle_two(list, size) -%}
  (cast(list_sort({{ list }})[{{ (size + 1) // 2 }}] as hugeint) + cast(list_sort({{ list }})[{{ size // 2 + 1 }}] as hugeint))
{%- endmacro %}
{% macro bigquery__middle_two(list, size) -%}
  (
    select sorted[ordinal({{ (size + 1) // 2 }})] + sorted[ordinal({{ size // 2 + 1 }})]
    from (select array_agg(value order by value) as sorted from unnest({{ list }}) as value)
  )
{%- endmacro %}

{#- The same of the distances of twice each value from a number. -#}
{% macro middle_two_distances(list, number, size) -%}{{ return(adapter.dispatch('middle_two_distances')(list, number, size)) }}{%- endmacro %}
{% macro duckdb__middle_two_distances(list, number, size) -%}
  {{ duckdb__middle_two('list_transform(' ~ list ~ ', lambda value: abs(2 * cast(value as hugeint) - ' ~ number ~ '))', size) }}
{%- endmacro %}
{% macro bigquery__middle_two_distances(list, number, size) -%}
  (
    select sorted[ordinal({{ (size + 1) // 2 }})] + sorted[ordinal({{ size // 2 + 1 }})]
    from (
      select array_agg(distance order by distance) as sorted
      from (select abs(2 * value - {{ number }}) as distance from unnest({{ list }}) as value)
    )
  )
{%- endmacro %}

{#- Of the differences between a list's values and a number: their largest size, their sum, the sum of their squares. -#}
{% macro largest_difference(list, number) -%}{{ return(adapter.dispatch('largest_difference')(list, number)) }}{%- endmacro %}
{% macro duckdb__largest_difference(list, number) -%}
  list_max(list_transform({{ list }}, lambda value: abs(cast(value as hugeint) - {{ number }})))
{%- endmacro %}
{% macro bigquery__largest_difference(list, number) -%}(select max(abs(value - {{ number }})) from unnest({{ list }}) as value){%- endmacro %}

{% macro sum_of_differences(list, number) -%}{{ return(adapter.dispatch('sum_of_differences')(list, number)) }}{%- endmacro %}
{% macro duckdb__sum_of_differences(list, number) -%}
  list_reduce(list_transform({{ list }}, lambda value: cast(value as hugeint) - {{ number }}), lambda total, value: total + value)
{%- endmacro %}
{% macro bigquery__sum_of_differences(list, number) -%}(select sum(value - {{ number }}) from unnest({{ list }}) as value){%- endmacro %}

{% macro sum_of_squares(list, number) -%}{{ return(adapter.dispatch('sum_of_squares')(list, number)) }}{%- endmacro %}
{% macro duckdb__sum_of_squares(list, number) -%}
  list_reduce(
    list_transform({{ list }}, lambda value: (cast(value as hugeint) - {{ number }}) * (cast(value as hugeint) - {{ number }})),
    lambda total, value: total + value
  )
{%- endmacro %}
{% macro bigquery__sum_of_squares(list, number) -%}
  (select sum((value - {{ number }}) * (value - {{ number }})) from unnest({{ list }}) as value)
{%- endmacro %}

{#- Quotient of two whole numbers that are not negative, rounded half away from zero to so many digits, as (38,18). -#}
{% macro rounded_quotient(dividend, divisor, digits) -%}{{ return(adapter.dispatch('rounded_quotient')(dividend, divisor, digits)) }}{%- endmacro %}
{% macro duckdb__rounded_quotient(dividend, divisor, digits) -%}
  cast(
    cast(
      (2 * ({{ dividend }}) * 1{{ '0' * digits }}::hugeint + ({{ divisor }})) // (2 * ({{ divisor }})) as decimal(30, 0)
    ) * 0.{{ '0' * (digits - 1) }}1::decimal({{ digits }}, {{ digits }}) as decimal(38, 18)
  )
{%- endmacro %}
{% macro bigquery__rounded_quotient(dividend, divisor, digits) -%}
  cast(
    div(2 * ({{ dividend }}) * 1{{ '0' * digits }} + ({{ divisor }}), 2 * ({{ divisor }}))
    * bignumeric '0.{{ '0' * (digits - 1) }}1' as bignumeric(38, 18)
  )
{%- endmacro %}

{#- A whole number in a statement, too large for 64 bits perhaps. -#}
{% macro whole_number(digits) -%}{{ return(adapter.dispatch('whole_number')(digits)) }}{%- endmacro %}
{% macro duckdb__whole_number(digits) -%}{{ digits }}::hugeint{%- endmacro %}
{% macro bigquery__whole_number(digits) -%}bignumeric '{{ digits }}'{%- endmacro %}

{#-
  Findings of the live checks, from the parts that were committed. On BigQuery the lane loads them before it tells of them, some twice where a cycle was killed;
  a part is the same bytes each time.
-#}
{% macro read_live_findings(parts) -%}{{ return(adapter.dispatch('read_live_findings')(parts)) }}{%- endmacro %}
{% macro duckdb__read_live_findings(parts) -%}
  {%- if parts -%}
  select
    source_name, check_name, column_name, kafka_topic, kafka_partition, kafka_offset, event_time, instrument_id, measure, threshold, severity,
    arrived_at
  from read_parquet([
    {%- for part in parts %}{{ text_literal(var('root') ~ '/' ~ part[0]) }}{% if not loop.last %}, {% endif %}{% endfor -%}
  ], union_by_name = true, hive_partitioning = false)
  {%- else %}
  select
    {%- for column in ['source_name', 'check_name', 'column_name', 'kafka_topic'] %} cast(null as {{ type_text() }}) as {{ column }}, {%- endfor %}
    cast(null as {{ type_integer() }}) as kafka_partition, cast(null as {{ type_integer() }}) as kafka_offset,
    cast(null as {{ type_instant() }}) as event_time, cast(null as {{ type_text() }}) as instrument_id,
    cast(null as {{ type_amount() }}) as measure, cast(null as {{ type_amount() }}) as threshold, cast(null as {{ type_text() }}) as severity,
    cast(null as {{ type_instant() }}) as arrived_at
  from (select 1 as one) as nothing where false
  {%- endif %}
{%- endmacro %}
{% macro bigquery__read_live_findings(parts) -%}
  select distinct
    source_name, check_name, column_name, kafka_topic, kafka_partition, kafka_offset, event_time, instrument_id, measure, threshold, severity,
    arrived_at
  from {{ raw_table('_live_findings') }}
  where _PARTITIONDATE >= {{ date_literal('0001-01-01') }}
{%- endmacro %}
