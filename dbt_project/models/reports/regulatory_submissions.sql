-- Grain: one row a report: a trade event and a regime that looked at it. Ledgers of several instances may tell of one; the last entry says how it stands.
{{ config(schema='control', materialized='view') }}

with latest as (
  select report_id, event_id, regime, kind, codes, reason, instance
  from {{ ref('report_entries') }}
  qualify row_number() over (partition by report_id order by entry_order desc, _event_id) = 1
),

totals as (
  select
    report_id,
    max(trn) as trn,
    max(due_at_text) as due_at_text,
    sum(tries) as tries,
    min(first_submitted_at) as first_submitted_at,
    min(accepted_newt_at) as accepted_newt_at,
    min(accepted_canc_at) as accepted_canc_at,
    sum(contradicted) as contradicted
  from {{ ref('report_entries') }}
  group by report_id
),

trades as (
  select event_id, source_name, trade_id, trade_version, trade_status, trade_time, received_at
  from {{ ref('reported_trades') }}
  qualify row_number() over (partition by event_id order by received_at, _event_id) = 1
),

-- What ends a cancellation is the CANC, what ends anything else the NEWT: that of an amendment's CANC ends nothing.
joined as (
  select
    latest.*, trades.source_name, trades.trade_id, trades.trade_version, trades.trade_status, trades.trade_time, trades.received_at,
    totals.trn, totals.due_at_text, totals.tries, totals.first_submitted_at, totals.contradicted,
    case when trades.trade_status = 'CANCELLED' then totals.accepted_canc_at else totals.accepted_newt_at end as accepted_at
  from latest
  inner join totals on totals.report_id = latest.report_id
  left join trades on trades.event_id = latest.event_id
)

select
  report_id, event_id, regime, source_name, trade_id, trade_version, trade_status, trade_time, received_at,
  case
    when accepted_at is not null then 'accepted'
    when kind in ('validated', 'enriched', 'acknowledged') then 'claimed'
    else kind
  end as state,
  trn,
  due_at_text,
  cast(due_at_text as {{ type_instant() }}) as due_at,
  cast(tries as {{ type_integer() }}) as tries,
  first_submitted_at, accepted_at,
  {{ milliseconds_of(micros_between('accepted_at', 'received_at')) }} as latency_ms,
  codes, reason,
  cast(contradicted as {{ type_integer() }}) as contradicted,
  instance
from joined
