-- Grain: one row a source and business date that its calendar asks for.
{{ config(materialized='view') }}

select source, business_date, {{ weekday_of('business_date') }} as weekday, due_at, files_expected
from {{ ref('source_completeness') }}
