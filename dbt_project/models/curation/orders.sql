-- Grain: one row a order_key and version; is_current marks the one that counts.
{{ config(
    materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='order_key',
    on_schema_change='append_new_columns', partition_by=partitioned_by('order_date'), cluster_by=['order_key'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(entities=['orders']) }}"
) }}

{{ versions_model('orders', 'order_key') }}
