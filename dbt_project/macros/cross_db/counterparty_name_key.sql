{#-
  The form in which names of counterparties are compared: upper case, blanks collapsed, punctuation and legal forms at the end off.
  "Acme Trading Ltd." and "ACME  TRADING LIMITED" are one name. Overrides stand in the seed counterparty_aliases.
-#}
{% macro counterparty_name_key(name) -%}{{ return(adapter.dispatch('counterparty_name_key')(name)) }}{%- endmacro %}
{% macro duckdb__counterparty_name_key(name) -%}
nullif(trim(regexp_replace(
  regexp_replace(trim(regexp_replace(upper({{ name }}), '[\s.,;:()''"-]+', ' ', 'g')), '( {{ legal_forms() }})+$', ''),
  ' +', ' ', 'g'
)), '')
{%- endmacro %}

{#- TRIM without characters would take every Unicode blank, which the regular expressions do not know. -#}
{% macro bigquery__counterparty_name_key(name) -%}
nullif(trim(regexp_replace(
  regexp_replace(trim(regexp_replace(upper({{ name }}), r'''[\s.,;:()'"-]+''', ' '), ' '), r'( {{ legal_forms() }})+$', ''),
  r' +', ' '
), ' '), '')
{%- endmacro %}

{#- Legal forms as a regular expression's alternatives; a form of several letters with blanks between them is listed so. -#}
{% macro legal_forms() -%}
(LIMITED|LTD|PLC|P L C|LLP|LLC|L L C|LP|L P|INC|INCORPORATED|CORP|CORPORATION|CO|COMPANY|AG|GMBH|KG|SE|SA|S A|SAS|SARL|S A R L|SPA|S P A|SRL|S R L|NV|N V|BV|B V|AB|ASA|AS|A S|OY|OYJ|PTE|PTY|KK|K K)
{%- endmacro %}
