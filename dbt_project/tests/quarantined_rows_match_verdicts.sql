-- As many refused records as the last verdict on their load counted.
with verdicts as (
  select load_id, quarantined
  from {{ ref('validation_runs') }}
  where quarantine is not null
  qualify row_number() over (partition by load_id order by attempt desc) = 1
),

counted as (
  select load_id, count(*) as row_count from {{ ref('quarantined_rows') }} group by load_id
)

select verdicts.load_id, verdicts.quarantined, counted.row_count
from verdicts
left join counted on counted.load_id = verdicts.load_id
where verdicts.quarantined != coalesce(counted.row_count, 0)
