-- Grain: one row a trade_id and version; is_current marks the one that counts.
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='trade_id', on_schema_change='append_new_columns',
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(entities=['executions']) }}"
) }}

{{ versions_model('executions', 'trade_id') }}
