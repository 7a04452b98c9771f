{#- The instant at which a date begins in a time zone. -#}
{% macro midnight(date, timezone) -%}{{ return(adapter.dispatch('midnight')(date, timezone)) }}{%- endmacro %}
{% macro duckdb__midnight(date, timezone) -%}timezone({{ timezone }}, cast({{ date }} as timestamp)){%- endmacro %}
{% macro bigquery__midnight(date, timezone) -%}cast(cast({{ date }} as string) || ' 00:00:00 ' || {{ timezone }} as timestamp){%- endmacro %}

{#- The UTC date of an instant. -#}
{% macro utc_date(instant) -%}{{ return(adapter.dispatch('utc_date')(instant)) }}{%- endmacro %}
{% macro duckdb__utc_date(instant) -%}cast(timezone('UTC', {{ instant }}) as date){%- endmacro %}
{% macro bigquery__utc_date(instant) -%}date({{ instant }}, 'UTC'){%- endmacro %}

{% macro date_minus_days(date, days) -%}{{ return(adapter.dispatch('date_minus_days')(date, days)) }}{%- endmacro %}
{% macro duckdb__date_minus_days(date, days) -%}({{ date }} - cast({{ days }} as integer)){%- endmacro %}
{% macro bigquery__date_minus_days(date, days) -%}date_sub({{ date }}, interval {{ days }} day){%- endmacro %}

{#- The ends of an interval that has none. -#}
{% macro beginning_of_time() -%}{{ return(adapter.dispatch('beginning_of_time')()) }}{%- endmacro %}
{% macro duckdb__beginning_of_time() -%}timestamptz '0001-01-01 00:00:00+00'{%- endmacro %}
{% macro bigquery__beginning_of_time() -%}timestamp '0001-01-01 00:00:00+00'{%- endmacro %}
{% macro end_of_time() -%}{{ return(adapter.dispatch('end_of_time')()) }}{%- endmacro %}
{% macro duckdb__end_of_time() -%}timestamptz '9999-12-31 00:00:00+00'{%- endmacro %}
{% macro bigquery__end_of_time() -%}timestamp '9999-12-31 00:00:00+00'{%- endmacro %}

{#- A join with dates, each a row with the one column: every one from the first day of the year of one date to the last day of the year of another. -#}
{% macro cross_join_dates_of_years(first_date, last_date, column) -%}
{{ return(adapter.dispatch('cross_join_dates_of_years')(first_date, last_date, column)) }}
{%- endmacro %}
{% macro duckdb__cross_join_dates_of_years(first_date, last_date, column) -%}
cross join unnest(cast(generate_series(
  cast(date_trunc('year', {{ first_date }}) as timestamp),
  cast(date_trunc('year', {{ last_date }}) + interval 1 year - interval 1 day as timestamp),
  interval 1 day
) as date[])) as {{ column }}_list({{ column }})
{%- endmacro %}
{% macro bigquery__cross_join_dates_of_years(first_date, last_date, column) -%}
cross join unnest(generate_date_array(date_trunc({{ first_date }}, year), last_day({{ last_date }}, year))) as {{ column }}
{%- endmacro %}

{% macro iso_week_of(date) -%}{{ return(adapter.dispatch('iso_week_of')(date)) }}{%- endmacro %}
{% macro duckdb__iso_week_of(date) -%}weekofyear({{ date }}){%- endmacro %}
{% macro bigquery__iso_week_of(date) -%}extract(isoweek from {{ date }}){%- endmacro %}

{#- Microseconds since the epoch. -#}
{% macro micros_of(instant) -%}{{ return(adapter.dispatch('micros_of')(instant)) }}{%- endmacro %}
{% macro duckdb__micros_of(instant) -%}epoch_us({{ instant }}){%- endmacro %}
{% macro bigquery__micros_of(instant) -%}unix_micros({{ instant }}){%- endmacro %}

{#- Minutes by the clock from one instant to another, seconds cut off at both (instants since 1970); negative where the first is earlier. -#}
{% macro whole_minutes_between(later, earlier) -%}{{ return(adapter.dispatch('whole_minutes_between')(later, earlier)) }}{%- endmacro %}
{% macro duckdb__whole_minutes_between(later, earlier) -%}
(epoch_us({{ later }}) // 60000000 - epoch_us({{ earlier }}) // 60000000)
{%- endmacro %}
{% macro bigquery__whole_minutes_between(later, earlier) -%}
div(unix_micros({{ later }}), 60000000) - div(unix_micros({{ earlier }}), 60000000)
{%- endmacro %}
