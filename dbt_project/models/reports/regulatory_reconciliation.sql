-- Grain: one row a trade version and regime: what is owed by the trades of curation against what the ledgers say was reported.
{{ config(schema='control', materialized='view') }}

with owed as (
  select event_id, regime, source_name, trade_id, trade_version, trade_status, trade_time, is_eligible, reason, due_at_text
  from {{ ref('owed_reports') }}
  qualify row_number() over (partition by event_id, regime order by judged_at, _event_id) = 1
),

-- A trade that was judged by one regime was seen by all: what a ledger tells of another one is of a trade that is here.
seen as (
  select distinct event_id from owed
),

newest as (
  select max(as_of) as as_of from {{ ref('runs') }} where is_newest
),

joined as (
  select
    coalesce(owed.event_id, submissions.event_id) as event_id,
    coalesce(owed.regime, submissions.regime) as regime,
    submissions.report_id,
    coalesce(owed.source_name, submissions.source_name) as source_name,
    coalesce(owed.trade_id, submissions.trade_id) as trade_id,
    coalesce(owed.trade_version, submissions.trade_version) as trade_version,
    coalesce(owed.trade_status, submissions.trade_status) as trade_status,
    coalesce(owed.trade_time, submissions.trade_time) as trade_time,
    seen.event_id is not null as is_seen,
    owed.is_eligible,
    coalesce(submissions.state, 'not_reported') as state,
    case when submissions.state is null then owed.reason else submissions.reason end as reason,
    submissions.codes,
    coalesce(submissions.due_at_text, owed.due_at_text) as due_at_text,
    submissions.received_at, submissions.accepted_at, submissions.tries
  from owed
  full outer join {{ ref('regulatory_submissions') }} as submissions
    on submissions.event_id = owed.event_id and submissions.regime = owed.regime
  left join seen on seen.event_id = coalesce(owed.event_id, submissions.event_id)
),

judged as (
  select
    joined.*,
    cast(due_at_text as {{ type_instant() }}) as due_at,
    case
      when state in ('not_eligible', 'superseded') then 'NOT_ELIGIBLE'
      when state = 'not_reported' and not is_eligible then 'NOT_ELIGIBLE'
      when not is_seen then 'EXTRA'
      when state = 'accepted' and (due_at_text is null or accepted_at <= cast(due_at_text as {{ type_instant() }})) then 'ON_TIME'
      when state = 'accepted' then 'LATE'
      when state in ('rejected', 'invalid', 'resolved') then 'REJECTED'
      when newest.as_of > cast(due_at_text as {{ type_instant() }}) then 'MISSED'
      else 'PENDING'
    end as status,
    newest.as_of
  from joined
  cross join newest
)

select
  event_id, regime, report_id, source_name, trade_id, trade_version, trade_status, trade_time,
  status, reason, state,
  status in ('PENDING', 'MISSED') or (status = 'EXTRA' and state not in ('accepted', 'rejected', 'invalid', 'dead_lettered', 'resolved')) as is_open,
  coalesce(is_eligible and state = 'not_eligible' or not is_eligible and state not in ('not_eligible', 'superseded', 'not_reported'), false) as eligibility_differs,
  due_at, due_at_text, received_at, accepted_at,
  {{ milliseconds_of(micros_between('accepted_at', 'trade_time')) }} as latency_ms,
  case when status in ('PENDING', 'MISSED') then {{ whole_minutes_between('due_at', 'as_of') }} end as minutes_left,
  codes, tries, as_of
from judged
