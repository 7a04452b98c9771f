{{ config(tags=['daily']) }}
-- One row for each trade that has a current version, no more and no less, and on the same record.
select coalesce(versions.trade_id, enriched.trade_id) as trade_id
from (select * from {{ ref('trade_versions') }} where is_current) as versions
full outer join {{ ref('trades_enriched') }} as enriched on enriched.trade_id = versions.trade_id
where versions.trade_id is null or enriched.trade_id is null
  or versions._load_id != enriched._load_id or versions._record != enriched._record
