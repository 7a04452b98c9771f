-- Grain: one row a candle whose live and stored values differ, or that only one of the two has. Live candles that still form, and windows
-- without trades, are left out. drift_percent is the largest of the differences of open, high, low, close, volume and vwap, in percent of the stored value.
{{ config(schema='control', materialized='view') }}

{%- set values = ['open', 'high', 'low', 'close', 'volume', 'notional', 'vwap'] %}

with compared as (
  select
    coalesce(stored.candle_id, live.candle_id) as candle_id,
    coalesce(stored.source_name, live.source_name) as source_name,
    coalesce(stored.instrument_id, live.instrument_id) as instrument_id,
    coalesce(stored.window_size, live.window_size) as window_size,
    coalesce(stored.window_start, live.window_start) as window_start,
    stored.candle_id is not null as is_stored,
    live.candle_id is not null as is_live,
    live.revision, stored.trade_count as stored_trades, live.trade_count as live_trades,
    {% for value in values -%}
    stored.{{ adapter.quote(value) }} as stored_{{ value }}, live.{{ adapter.quote(value) }} as live_{{ value }}{% if not loop.last %},{% endif %}
    {% endfor %}
  from {{ ref('candles') }} as stored
  full outer join (select * from {{ ref('live_candles') }} where is_final and not is_gap) as live on live.candle_id = stored.candle_id
  left join (select source_name, max(window_start) as told_until from {{ ref('live_candles') }} where is_final group by source_name) as told
    on told.source_name = coalesce(stored.source_name, live.source_name)
  -- What is stored and not told yet is no drift; a source without live candles has none. The week before the newest live candle is looked at.
  where (live.candle_id is not null or stored.window_start < told.told_until)
    and coalesce(stored.window_start, live.window_start) >= {{ seconds_after('told.told_until', -604800) }}
),

measured as (
  select
    compared.*,
    {% for value in values -%}
    case
      when stored_{{ value }} = live_{{ value }} or (stored_{{ value }} is null and live_{{ value }} is null) then 0
      when stored_{{ value }} is null or live_{{ value }} is null or stored_{{ value }} = 0 then 100
      else {{ float_ratio('100 * abs(cast(live_' ~ value ~ ' - stored_' ~ value ~ ' as ' ~ type_float() ~ '))', 'abs(stored_' ~ value ~ ')') }}
    end as {{ value }}_percent{% if not loop.last %},{% endif %}
    {% endfor %}
  from compared
)

select
  candle_id, source_name, instrument_id, window_size, window_start,
  case when not is_live then 'missing_live' when not is_stored then 'missing_stored' else 'different' end as kind,
  revision, stored_trades, live_trades,
  {% for value in values -%}
  stored_{{ value }}, live_{{ value }},
  {% endfor -%}
  greatest({% for value in values %}{{ value }}_percent{% if not loop.last %}, {% endif %}{% endfor %}) as drift_percent,
  greatest({% for value in values %}{{ value }}_percent{% if not loop.last %}, {% endif %}{% endfor %}) >= {{ drift_limit_percent() }} as is_drifting
from measured
where not is_live or not is_stored or stored_trades != live_trades
  {% for value in values -%}
  or {{ value }}_percent != 0
  {% endfor %}
