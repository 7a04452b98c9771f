{#- Values of candles: the windows of moments, first and last of a window, and an exact quotient. -#}

{#- The start of the window of so many seconds that holds an instant, aligned to the epoch. -#}
{% macro window_start(instant, seconds) -%}{{ return(adapter.dispatch('window_start')(instant, seconds)) }}{%- endmacro %}
{% macro duckdb__window_start(instant, seconds) -%}
{%- set width = '(' ~ seconds ~ ' * 1000000)' -%}
timezone('UTC', make_timestamp(epoch_us({{ instant }}) - ((epoch_us({{ instant }}) % {{ width }}) + {{ width }}) % {{ width }}))
{%- endmacro %}
{% macro bigquery__window_start(instant, seconds) -%}
{%- set width = '(' ~ seconds ~ ' * 1000000)' -%}
timestamp_micros(unix_micros({{ instant }}) - mod(mod(unix_micros({{ instant }}), {{ width }}) + {{ width }}, {{ width }}))
{%- endmacro %}

{#- An instant some seconds later. -#}
{% macro seconds_after(instant, seconds) -%}{{ return(adapter.dispatch('seconds_after')(instant, seconds)) }}{%- endmacro %}
{% macro duckdb__seconds_after(instant, seconds) -%}({{ instant }} + to_seconds({{ seconds }})){%- endmacro %}
{% macro bigquery__seconds_after(instant, seconds) -%}timestamp_add({{ instant }}, interval {{ seconds }} second){%- endmacro %}

{#- Of a group, the value of its first row in an order. -#}
{% macro first_in_order(value, order) -%}{{ return(adapter.dispatch('first_in_order')(value, order)) }}{%- endmacro %}
{% macro duckdb__first_in_order(value, order) -%}first({{ value }} order by {{ order }}){%- endmacro %}
{% macro bigquery__first_in_order(value, order) -%}array_agg({{ value }} order by {{ order }} limit 1)[offset(0)]{%- endmacro %}

{#-
  Exact quotient of two amounts (38,18), rounded half away from zero to 18 digits; NULL for a divisor of 0 and where it does not fit. `numerator` and
  `divisor` are columns. DuckDB divides decimals as doubles: here the digits behind the point come one after the other, as in a division
  by hand, from unsigned integers of 128 bits. A divisor of 10^19 or more has no room for the next digit and gives NULL.
-#}
{% macro amount_quotient(numerator, divisor) -%}{{ return(adapter.dispatch('amount_quotient')(numerator, divisor)) }}{%- endmacro %}
{% macro duckdb__amount_quotient(numerator, divisor) -%}
  {%- set unit = '1000000000000000000::uhugeint' -%}
  {%- set above = duckdb__amount_units(numerator) -%}
  {%- set below = duckdb__amount_units(divisor) -%}
  {%- set rests = ['(' ~ above ~ ' % ' ~ below ~ ')'] -%}
  {%- set digits = [] -%}
  {%- for place in range(18) -%}
    {%- do digits.append('(' ~ rests[-1] ~ ' * 10 // ' ~ below ~ ') * 1' ~ '0' * (17 - place) ~ '::uhugeint') -%}
    {%- do rests.append('(' ~ rests[-1] ~ ' * 10 % ' ~ below ~ ')') -%}
  {%- endfor -%}
  {%- set quotient = '(' ~ above ~ ' // ' ~ below ~ ' * ' ~ unit ~ ' + ' ~ digits | join(' + ')
      ~ ' + (case when ' ~ rests[-1] ~ ' >= ' ~ below ~ ' - ' ~ rests[-1] ~ ' then 1 else 0 end)::uhugeint)' -%}
  case
    when {{ divisor }} = 0 or abs({{ divisor }}) >= 10000000000000000000 then null
    when {{ above }} // {{ below }} >= 100000000000000000000::uhugeint then null
    else cast(
      (case when ({{ numerator }} < 0) != ({{ divisor }} < 0) then -1 else 1 end) * cast({{ quotient }} as hugeint) as decimal(38, 0)
    ) * 0.000000000000000001::decimal(18, 18)
  end
{%- endmacro %}
{#- The digits of an amount as a whole number: whole and fractional part apart, for no product with 10^18 fits into a decimal. -#}
{% macro duckdb__amount_units(amount) -%}
(cast(trunc(abs({{ amount }})) as uhugeint) * 1000000000000000000::uhugeint + cast((abs({{ amount }}) % 1) * 1000000000000000000::decimal(19, 0) as uhugeint))
{%- endmacro %}

{#-
  BIGNUMERIC divides to 38 digits and rounds there; cut to 18, that may be one unit too much, which the rest tells: quotient times divisor has 36
  digits and is exact.
-#}
{% macro bigquery__amount_quotient(numerator, divisor) -%}
  {%- set unit = "bignumeric '0.000000000000000001'" -%}
  {%- set cut = 'trunc(safe_divide(abs(' ~ numerator ~ '), abs(' ~ divisor ~ ')), 18)' -%}
  {%- set rest = '(abs(' ~ numerator ~ ') - ' ~ cut ~ ' * abs(' ~ divisor ~ '))' -%}
  case
    when {{ divisor }} = 0 or abs({{ divisor }}) >= bignumeric '10000000000000000000' then null
    when {{ cut }} >= bignumeric '100000000000000000000' then null
    else (case when ({{ numerator }} < 0) != ({{ divisor }} < 0) then -1 else 1 end) * (
      {{ cut }} + case
        when {{ rest }} < 0 and ({{ rest }} + abs({{ divisor }}) * {{ unit }}) * 2 < abs({{ divisor }}) * {{ unit }} then -{{ unit }}
        when {{ rest }} >= 0 and {{ rest }} * 2 >= abs({{ divisor }}) * {{ unit }} then {{ unit }}
        else 0
      end
    )
  end
{%- endmacro %}
