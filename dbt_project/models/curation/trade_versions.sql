-- Grain: one row a trade_id and version.
{{ config(
    materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='trade_id',
    on_schema_change='append_new_columns', partition_by=partitioned_by('trade_date'), cluster_by=['trade_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(entities=['trades']) }}"
) }}

{{ versions_model('trades', 'trade_id') }}
