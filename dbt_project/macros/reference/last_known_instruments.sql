{#- The last version of each instrument, of those that are no longer delivered too. -#}
{% macro last_known_instruments(validity) -%}
select
  instrument_id, instrument_symbol, isin, instrument_name, asset_class, currency, venue, is_active,
  valid_from, published_at as known_since, _load_id, _file, _record
from {{ validity }}
where is_present
qualify row_number() over (partition by instrument_id order by valid_from desc) = 1
{%- endmacro %}
