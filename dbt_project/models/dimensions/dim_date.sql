-- Grain: one row a date, from the first to the last year of the trades.
with bounds as (
  select min(trade_date) as first_date, max(trade_date) as last_date from {{ ref('trade_versions') }}
),

dates as (
  select date_day
  from bounds
  {{ cross_join_dates_of_years('bounds.first_date', 'bounds.last_date', 'date_day') }}
)

select
  date_day,
  extract(year from date_day) as year,
  extract(quarter from date_day) as quarter,
  extract(month from date_day) as month,
  extract(day from date_day) as day_of_month,
  {{ weekday_of('date_day') }} as weekday,
  {{ iso_week_of('date_day') }} as iso_week,
  {{ weekday_of('date_day') }} in (1, 7) as is_weekend
from dates
