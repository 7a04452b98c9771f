{#-
  What the surveillance partner gets for a date D: the trades of D-6 to D, and older ones that changed in those days (late_change). A trade
  changed when the newest input of its row was published; the rows stand as they are known now.
-#}
{% macro markets_extract_days() -%}6{%- endmacro %}

{% macro create_markets_extract_at() %}
  {% if execute %}
    {{ create_date_function(markets_extract_at(), 'as_of_date', markets_extract_query('as_of_date')) }}
  {% endif %}
{% endmacro %}

{% macro markets_extract_at() -%}
  {{ api.Relation.create(database=target.database, schema=layer('consumer'), identifier='markets_extract_at') }}
{%- endmacro %}

{% macro markets_extract_query(as_of_date) -%}
{%- set first_date = date_minus_days(as_of_date, markets_extract_days()) -%}
select
  trade_id, source_trade_id, source_system, source_name, trade_time, trade_date, side, quantity, price, notional, currency, status, version,
  trader_id, trader_name, desk_id, compliance_officer, counterparty_id, counterparty_name, counterparty_lei, instrument_id,
  instrument_symbol, isin, asset_class, book_id, book_name, legal_entity, venue, trader_not_found, counterparty_not_found,
  instrument_not_found, book_not_found, counterparty_ambiguous, instrument_ambiguous, notional_overflow, loaded_at, enriched_at,
  trade_date < {{ first_date }} as late_change
from {{ ref('trades_enriched') }}
where trade_date between {{ first_date }} and {{ as_of_date }}
  or (
    trade_date < {{ first_date }}
    and {{ utc_date('enriched_at') }} between {{ first_date }} and {{ as_of_date }}
  )
{%- endmacro %}
