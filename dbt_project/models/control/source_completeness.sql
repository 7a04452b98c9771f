-- Grain: one row a source and business date that its calendar asks for, judged at the as-of time of the newest run.
with expected as (
  select
    source,
    cast({{ json_text('data', 'business_date') }} as date) as business_date,
    min(cast({{ json_text('data', 'due_at') }} as {{ type_instant() }})) as due_at,
    max(cast({{ json_text('data', 'min_files') }} as {{ type_integer() }})) as files_expected
  from {{ ref('events') }}
  where type = 'delivery_expected'
  group by 1, 2
),

now as (
  select max(as_of) as as_of from {{ ref('runs') }} where is_newest
),

-- A file has arrived when its first version was published; what was replaced without a successor of its name counts no more.
arrivals as (
  select
    source, business_date, object, min(published_at) as arrived_at,
    row_number() over (partition by source, business_date order by min(published_at), object) as arrival_no
  from {{ ref('loads') }}
  group by source, business_date, object
),

current_rows as (
  select source, business_date, sum(row_count) as row_count
  from {{ ref('loads') }}
  where superseded_by is null
  group by source, business_date
),

failures as (
  select source, business_date, count(distinct load_id) as files_failed
  from {{ ref('validation_runs') }}
  where status = 'failed'
  group by source, business_date
),

counted as (
  select
    expected.source,
    expected.business_date,
    expected.due_at,
    greatest(coalesce(expected.files_expected, 1), 1) as files_expected,
    now.as_of,
    count(arrivals.object) as files_arrived,
    min(arrivals.arrived_at) as first_arrived_at,
    min(case when arrivals.arrival_no = greatest(coalesce(expected.files_expected, 1), 1) then arrivals.arrived_at end) as complete_at
  from expected
  cross join now
  left join arrivals on arrivals.source = expected.source and arrivals.business_date = expected.business_date
  group by expected.source, expected.business_date, expected.due_at, expected.files_expected, now.as_of
),

judged as (
  select
    counted.*,
    case
      when complete_at <= due_at then 'ON_TIME'
      when complete_at is not null then 'LATE'
      when as_of < due_at then 'NOT_DUE'
      when files_arrived > 0 then 'PARTIAL'
      else 'MISSING'
    end as status
  from counted
),

-- Dates in a row that are missing have the same number of dates before them that are not.
runs_of_missing as (
  select
    judged.*,
    sum(case when status = 'MISSING' then 0 else 1 end) over (
      partition by source order by business_date rows between unbounded preceding and current row
    ) as run_no
  from judged
)

select
  missing.source,
  missing.business_date,
  missing.status,
  missing.files_expected,
  missing.files_arrived,
  coalesce(failures.files_failed, 0) as files_failed,
  coalesce(current_rows.row_count, 0) as row_count,
  missing.due_at,
  missing.first_arrived_at,
  missing.complete_at,
  case
    when missing.status = 'MISSING' then sum(case when missing.status = 'MISSING' then 1 else 0 end) over (
      partition by missing.source, missing.run_no order by missing.business_date rows between unbounded preceding and current row
    )
    else 0
  end as consecutive_missing,
  missing.as_of
from runs_of_missing as missing
left join failures on failures.source = missing.source and failures.business_date = missing.business_date
left join current_rows on current_rows.source = missing.source and current_rows.business_date = missing.business_date
