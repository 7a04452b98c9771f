{#-
  The counterparty of each trade: by id, else by LEI, else by normalised name; the first of the three that finds anyone decides, and
  two candidates are flagged (is_ambiguous), never guessed. published_at is that of the newest interval that was looked at, so that a
  counterparty that ended counts as a change of the trade.
-#}
{% macro matched_counterparties(trades) -%}
counterparty_validity as (
  select *, {{ counterparty_name_key('counterparty_name') }} as name_key
  from {{ ref('int_counterparties_validity') }}
),

counterparty_candidates as (
  {% for stage in [['1', 'counterparty_id', 'counterparty_id'], ['2', 'counterparty_lei', 'counterparty_lei'], ['3', 'name_key', 'name_key']] -%}
  select
    trades.trade_id, {{ stage[0] }} as stage, validity.is_present, validity.published_at,
    validity.counterparty_id, validity.counterparty_name, validity.counterparty_lei
  from {{ trades }} as trades
  inner join counterparty_validity as validity
    on validity.{{ stage[1] }} = trades.{{ stage[2] }}
    and trades.trade_time >= validity.valid_from and trades.trade_time < validity.valid_to
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
),

counterparty_stages as (
  select trade_id, min(case when is_present then stage end) as stage, max(published_at) as published_at
  from counterparty_candidates
  group by trade_id
),

matched_counterparties as (
  select
    stages.trade_id,
    stages.published_at,
    count(distinct found.counterparty_id) > 1 as is_ambiguous,
    case when count(distinct found.counterparty_id) = 1 then min(found.counterparty_id) end as counterparty_id,
    case when count(distinct found.counterparty_id) = 1 then min(found.counterparty_name) end as counterparty_name,
    case when count(distinct found.counterparty_id) = 1 then min(found.counterparty_lei) end as counterparty_lei
  from counterparty_stages as stages
  left join counterparty_candidates as found
    on found.trade_id = stages.trade_id and found.stage = stages.stage and found.is_present
  group by stages.trade_id, stages.published_at
)
{%- endmacro %}

{#- The instrument of each trade: by id, else by ISIN, where two candidates are flagged. -#}
{% macro matched_instruments(trades) -%}
instrument_candidates as (
  {% for stage in [['1', 'instrument_id'], ['2', 'isin']] -%}
  select
    trades.trade_id, {{ stage[0] }} as stage, instruments.known_since as published_at,
    instruments.instrument_id, instruments.instrument_symbol, instruments.isin, instruments.asset_class
  from {{ trades }} as trades
  inner join {{ ref('dim_instrument') }} as instruments on instruments.{{ stage[1] }} = trades.{{ stage[1] }}
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
),

instrument_stages as (
  select trade_id, min(stage) as stage, max(published_at) as published_at
  from instrument_candidates
  group by trade_id
),

matched_instruments as (
  select
    stages.trade_id,
    stages.published_at,
    count(distinct found.instrument_id) > 1 as is_ambiguous,
    {% for column in ['instrument_id', 'instrument_symbol', 'isin', 'asset_class'] -%}
    case when count(distinct found.instrument_id) = 1 then min(found.{{ column }}) end as {{ column }}{% if not loop.last %},{% endif %}
    {% endfor %}
  from instrument_stages as stages
  inner join instrument_candidates as found on found.trade_id = stages.trade_id and found.stage = stages.stage
  group by stages.trade_id, stages.published_at
)
{%- endmacro %}

{#-
  For each reference entity with unread loads: the intervals that those loads added, moved, changed or closed, which is the symmetric
  difference between the intervals of what this model had read before and those of everything. CTEs, each with a comma behind it.
-#}
{% macro changed_reference_intervals(unread) -%}
{%- for entity in ['traders', 'books', 'counterparties', 'instruments'] if unread.get(entity) -%}
{%- set validity = ref('int_' ~ entity ~ '_validity') %}
known_{{ entity }}_before as (
  {{ known_loads(entity, read_by=this.identifier) }}
),

{{ entity }}_before as (
  select * from (
    {{ validity_intervals(ref('int_' ~ entity), reference_key(entity), reference_attributes(entity), 'known_' ~ entity ~ '_before') }}
  ) as intervals
),

changed_{{ entity }} as (
  {% if entity == 'instruments' -%}
  (select * from ({{ last_known_instruments('instruments_before') }}) as was except distinct select * from {{ ref('dim_instrument') }})
  union all
  (select * from {{ ref('dim_instrument') }} except distinct select * from ({{ last_known_instruments('instruments_before') }}) as was)
  {%- else -%}
  (select * from {{ entity }}_before except distinct select * from {{ validity }})
  union all
  (select * from {{ validity }} except distinct select * from {{ entity }}_before)
  {%- endif %}
),

{% endfor -%}
{%- endmacro %}

{#- Trades (or another column of trade_versions) whose keys and trade_time lie in those intervals, as further parts of a union. -#}
{% macro trades_of_changed_intervals(unread, versions, column='trade_id') -%}
{%- set matches = {
  'traders': ['trades.trader_id = changed.trader_id'],
  'books': ['trades.book_id = changed.book_id'],
  'counterparties': ['trades.counterparty_id = changed.counterparty_id', 'trades.counterparty_lei = changed.counterparty_lei', none],
  'instruments': ['trades.instrument_id = changed.instrument_id', 'trades.isin = changed.isin'],
} -%}
{%- for entity, conditions in matches.items() if unread.get(entity) -%}
{%- for condition in conditions %}
  union distinct
  select trades.{{ column }}
  from {{ versions }} as trades
  {% if condition is none -%}
  left join {{ ref('counterparty_aliases') }} as aliases
    on {{ counterparty_name_key('aliases.alias') }} = {{ counterparty_name_key('trades.counterparty_name') }}
  inner join changed_{{ entity }} as changed
    on {{ counterparty_name_key('changed.counterparty_name') }}
      = coalesce({{ counterparty_name_key('aliases.counterparty_name') }}, {{ counterparty_name_key('trades.counterparty_name') }})
  {%- else -%}
  inner join changed_{{ entity }} as changed on {{ condition }}
  {%- endif %}
  where trades.is_current
  {%- if entity != 'instruments' %} and trades.trade_time >= changed.valid_from and trades.trade_time < changed.valid_to {%- endif %}
{%- endfor -%}
{%- endfor -%}
{%- endmacro %}

{#- Post-hook: a trade that still stands on a replaced load has no current record left. -#}
{% macro remove_trades_without_record() %}
  {% if execute and is_incremental() %}
    {% set replaced = superseded_ids(unread_loads(entities=['trades'])) %}
    {% if replaced %}
      {% set places = key_places('trades', 'trade_id', replaced) %}
      delete from {{ this }}
      where _load_id in ({{ text_list(replaced) }}) {{ and_filter(dates_filter_or_none('trade_date', places.dates)) }}
    {% endif %}
  {% endif %}
{% endmacro %}
