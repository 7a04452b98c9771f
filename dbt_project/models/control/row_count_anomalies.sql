-- Grain: one row a source and business date with current rows: is their number unusual?
-- From 8 earlier dates of the same weekday on: a robust z-score, 0.6745 x (count - median) over the median absolute deviation.
-- Below that, and where the history does not vary: the typical range of the spec.
with daily as (
  select source, business_date, {{ weekday_of('business_date') }} as weekday, sum(row_count) as row_count
  from {{ ref('loads') }}
  where superseded_by is null
  group by source, business_date
),

history as (
  select
    daily.source, daily.business_date, daily.row_count, earlier.row_count as earlier_count,
    {{ median_of('earlier.row_count') }} over (partition by daily.source, daily.business_date) as median_count
  from daily
  inner join daily as earlier
    on earlier.source = daily.source and earlier.weekday = daily.weekday and earlier.business_date < daily.business_date
),

deviations as (
  select
    source, business_date, median_count,
    {{ median_of('abs(earlier_count - median_count)') }} over (partition by source, business_date) as median_deviation
  from history
),

spread as (
  select
    source, business_date,
    count(*) as observations,
    min(median_count) as median_count,
    min(median_deviation) as median_deviation
  from deviations
  group by source, business_date
),

scored as (
  select
    daily.source,
    daily.business_date,
    daily.row_count,
    coalesce(spread.observations, 0) as observations,
    spread.median_count,
    case
      when spread.observations >= 8
        then {{ float_ratio('0.6745 * (daily.row_count - spread.median_count)', 'spread.median_deviation') }}
    end as z_score,
    coalesce(sources.volume_anomaly, 3.5) as threshold,
    sources.typical_min_rows,
    sources.typical_max_rows
  from daily
  left join spread on spread.source = daily.source and spread.business_date = daily.business_date
  left join {{ ref('sources') }} as sources on sources.source_name = daily.source
)

select
  source, business_date, row_count, observations, median_count, z_score, threshold, typical_min_rows, typical_max_rows,
  case when z_score is null then 'TYPICAL_RANGE' else 'Z_SCORE' end as method,
  case
    when z_score is not null then abs(z_score) > threshold
    else coalesce(row_count < typical_min_rows, false) or coalesce(row_count > typical_max_rows, false)
  end as is_anomaly
from scored
