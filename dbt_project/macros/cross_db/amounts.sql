{#-
  Exact product of two amounts (38,18), rounded half away from zero to 18 digits; NULL where it does not fit into (38,18), that is
  from 10^20 on. DuckDB's own product of two (38,18) overflows, and a float would lose digits: whole and fractional parts
  are multiplied apart, as integers of 128 bits. Factors below 10^9 with at most 9 fractional digits, which is nearly all, take a short way
whose product is exact by its type: (18,9) x (18,9) is (36,18).
-#}
{% macro amount_product(left, right) -%}{{ return(adapter.dispatch('amount_product')(left, right)) }}{%- endmacro %}
{% macro duckdb__amount_product(left, right) -%}
  {%- set unit = '1000000000000000000::hugeint' -%}
  {%- set limit = '100000000000000000000::hugeint' -%}
  {%- set left_whole = 'cast(trunc(abs(' ~ left ~ ')) as hugeint)' -%}
  {%- set right_whole = 'cast(trunc(abs(' ~ right ~ ')) as hugeint)' -%}
  {%- set left_fraction = 'cast((abs(' ~ left ~ ') % 1) * 1000000000000000000::decimal(19, 0) as hugeint)' -%}
  {%- set right_fraction = 'cast((abs(' ~ right ~ ') % 1) * 1000000000000000000::decimal(19, 0) as hugeint)' -%}
  {%- set left_cross = '(' ~ left_whole ~ ' * ' ~ right_fraction ~ ')' -%}
  {%- set right_cross = '(' ~ left_fraction ~ ' * ' ~ right_whole ~ ')' -%}
  {%- set fraction = '(' ~ left_cross ~ ' % ' ~ unit ~ ' + ' ~ right_cross ~ ' % ' ~ unit ~ ' + (' ~ left_fraction ~ ' * '
      ~ right_fraction ~ ' + 500000000000000000::hugeint) // ' ~ unit ~ ')' -%}
  {%- set whole = '(' ~ left_whole ~ ' * ' ~ right_whole ~ ' + ' ~ left_cross ~ ' // ' ~ unit ~ ' + ' ~ right_cross ~ ' // ' ~ unit
      ~ ' + ' ~ fraction ~ ' // ' ~ unit ~ ')' -%}
  case
    when try_cast({{ left }} as decimal(18, 9)) = {{ left }} and try_cast({{ right }} as decimal(18, 9)) = {{ right }}
      then cast(try_cast({{ left }} as decimal(18, 9)) * try_cast({{ right }} as decimal(18, 9)) as decimal(38, 18))
    when {{ right_whole }} != 0 and {{ left_whole }} > ({{ limit }} - 1) // {{ right_whole }} then null
    when {{ whole }} >= {{ limit }} then null
    else cast(
      (case when ({{ left }} < 0) != ({{ right }} < 0) then -1 else 1 end)
      * ({{ whole }} * {{ unit }} + {{ fraction }} % {{ unit }}) as decimal(38, 0)
    ) * 0.000000000000000001::decimal(18, 18)
  end
{%- endmacro %}

{#-
  BIGNUMERIC holds 38 digits on either side of the point: a product of two (38,18) has 36 behind it and is exact, or overflows to NULL. The first
  way gives the same; it is there for warehouses that keep BIGNUMERIC in 38 digits altogether (emulators). A cast to (18,9) of what does not fit
  ends the statement, SAFE_CAST or not, so nothing else gets there. That a product has
  at most 20 digits before the point is told by its text: 10^20 is no number of such a warehouse.
-#}
{% macro bigquery__amount_product(left, right) -%}
  {%- set product = 'round(safe_multiply(' ~ left ~ ', ' ~ right ~ '), 18)' -%}
  {%- set factors = [] -%}
  {%- set is_short = [] -%}
  {%- for factor in [left, right] -%}
    {%- set condition = '(abs(' ~ factor ~ ') < 1000000000 and round(' ~ factor ~ ', 9) = ' ~ factor ~ ')' -%}
    {%- do is_short.append(condition) -%}
    {%- do factors.append('cast(if(' ~ condition ~ ', ' ~ factor ~ ', 0) as bignumeric(18, 9))') -%}
  {%- endfor -%}
  case
    when {{ is_short | join(' and ') }} then cast({{ factors | join(' * ') }} as bignumeric(38, 18))
    when length(cast(trunc(abs({{ product }})) as string)) <= 20 then {{ product }}
  end
{%- endmacro %}
