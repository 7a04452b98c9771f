-- depends_on: {{ ref('int_trades') }}, {{ ref('int_traders') }}, {{ ref('int_counterparties') }}, {{ ref('int_books') }}
-- depends_on: {{ ref('int_instruments') }}, {{ ref('int_instruments_validity') }}, {{ ref('sources') }}, {{ ref('loads') }}
-- Grain: one row a trade_id: its current version with what was valid of its parties at its trade_time.
{{ config(
    materialized='incremental', incremental_strategy='merge', unique_key='trade_id',
    partition_by=partitioned_by('trade_date'), cluster_by=['trade_id'],
    pre_hook="{{ forget_inputs() }}",
    post_hook=[
      "{{ remove_trades_without_record() }}",
      "{{ remember_loads(entities=['trades', 'traders', 'counterparties', 'books', 'instruments']) }}"
    ]
) }}

{%- set loads = unread_loads(entities=['trades', 'traders', 'counterparties', 'books', 'instruments']) -%}
{%- set unread = {} -%}
{%- for load in loads -%}{%- do unread.setdefault(load.entity, []).append(load) -%}{%- endfor %}

{%- set trade_ids = load_ids(unread.get('trades', []), superseded=true) -%}
{%- set places = enriched_places(unread, trade_ids) %}

{{ merge_filter('trade_date', places.dates) }}
with {% if is_incremental() -%}
{{ changed_reference_intervals(places.unread) }}
affected as (
  select distinct record.trade_id from {{ record_keys('trades', trade_ids) }} as record
  where record._load_id in ({{ text_list(trade_ids) }})
  {{ trades_of_changed_intervals(places.unread, pruned(ref('trade_versions'), places.filter)) }}
),

{% endif -%}
aliases as (
  select {{ counterparty_name_key('alias') }} as alias_key, min({{ counterparty_name_key('counterparty_name') }}) as name_key
  from {{ ref('counterparty_aliases') }}
  group by 1
),

trades as (
  select
    versions.*,
    {{ amount_product('versions.quantity', 'versions.price') }} as notional,
    coalesce(aliases.name_key, {{ counterparty_name_key('versions.counterparty_name') }}) as name_key
  from {{ pruned(ref('trade_versions'), places.filter) }} as versions
  {% if is_incremental() %}inner join affected on affected.trade_id = versions.trade_id{% endif %}
  left join aliases on aliases.alias_key = {{ counterparty_name_key('versions.counterparty_name') }}
  where versions.is_current
),

matched_traders as (
  select trades.trade_id, validity.*
  from trades
  inner join {{ ref('int_traders_validity') }} as validity
    on validity.trader_id = trades.trader_id and trades.trade_time >= validity.valid_from and trades.trade_time < validity.valid_to
),

matched_books as (
  select trades.trade_id, validity.*
  from trades
  inner join {{ ref('int_books_validity') }} as validity
    on validity.book_id = trades.book_id and trades.trade_time >= validity.valid_from and trades.trade_time < validity.valid_to
),

{{ matched_counterparties('trades') }},

{{ matched_instruments('trades') }}

select
  trades.trade_id,
  trades.source_trade_id,
  trades.source_system,
  trades.source_name,
  trades.trade_time,
  trades.trade_date,
  trades.side,
  trades.quantity,
  trades.price,
  trades.notional,
  trades.currency,
  trades.status,
  trades.version,
  trades.trader_id,
  case when traders.is_present then coalesce(traders.trader_name, trades.trader_name) else trades.trader_name end as trader_name,
  case when traders.is_present then traders.desk_id end as desk_id,
  case when traders.is_present then traders.compliance_officer end as compliance_officer,
  coalesce(counterparties.counterparty_id, trades.counterparty_id) as counterparty_id,
  coalesce(counterparties.counterparty_name, trades.counterparty_name) as counterparty_name,
  coalesce(counterparties.counterparty_lei, trades.counterparty_lei) as counterparty_lei,
  coalesce(instruments.instrument_id, trades.instrument_id) as instrument_id,
  coalesce(instruments.instrument_symbol, trades.instrument_symbol) as instrument_symbol,
  coalesce(trades.isin, instruments.isin) as isin,
  instruments.asset_class,
  trades.book_id,
  case when books.is_present then coalesce(books.book_name, trades.book_name) else trades.book_name end as book_name,
  case when books.is_present then books.legal_entity end as legal_entity,
  trades.trader_id is not null and not coalesce(traders.is_present, false) as trader_not_found,
  coalesce(trades.counterparty_id, trades.counterparty_lei, trades.counterparty_name) is not null
    and counterparties.counterparty_id is null as counterparty_not_found,
  instruments.instrument_id is null as instrument_not_found,
  trades.book_id is not null and not coalesce(books.is_present, false) as book_not_found,
  coalesce(counterparties.is_ambiguous, false) as counterparty_ambiguous,
  coalesce(instruments.is_ambiguous, false) as instrument_ambiguous,
  trades.quantity is not null and trades.price is not null and trades.notional is null as notional_overflow,
  trades.venue,
  trades.published_at as loaded_at,
  greatest(
    trades.published_at,
    coalesce(traders.published_at, trades.published_at),
    coalesce(books.published_at, trades.published_at),
    coalesce(counterparties.published_at, trades.published_at),
    coalesce(instruments.published_at, trades.published_at)
  ) as enriched_at,
  trades._load_id,
  trades._file,
  trades._record,
  trades._line,
  trades._byte_offset,
  trades._byte_length
from trades
left join matched_traders as traders on traders.trade_id = trades.trade_id
left join matched_books as books on books.trade_id = trades.trade_id
left join matched_counterparties as counterparties on counterparties.trade_id = trades.trade_id
left join matched_instruments as instruments on instruments.trade_id = trades.trade_id
