{#-
  The identity of a trade: md5 of `namespace:domain:source_system:source_trade_id` in lower-case hex, the same as
  core/identity/trade-id.ts. A test compares the two namespaces. source_trade_id is hashed as it was staged.
-#}
{% macro trade_id_namespace() -%}a1b2c3d4-e5f6-7890-abcd-ef1234567890{%- endmacro %}

{% macro trade_id(domain, source_system, source_trade_id) -%}
  {{ md5_hex(text_literal(trade_id_namespace() ~ ':' ~ domain ~ ':' ~ source_system ~ ':') ~ ' || ' ~ source_trade_id) }}
{%- endmacro %}
