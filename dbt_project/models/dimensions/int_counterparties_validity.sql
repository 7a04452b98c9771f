-- Grain: one row a key and interval of business time, absent intervals too (is_present).
{{ config(
    materialized=whole_materialization(), incremental_strategy='append',
    pre_hook=["{{ forget_inputs() }}", "{{ clear_when_unread('counterparties') }}"],
    post_hook="{{ remember_loads(entities=['counterparties']) }}"
) }}

{{ validity_model('counterparties') }}
