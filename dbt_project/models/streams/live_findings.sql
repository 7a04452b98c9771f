-- Grain: one row a finding of the live checks of market data. Appended: a finding is committed once.
{{ config(
    schema='control', materialized='incremental' if target.type == 'duckdb' else 'table', incremental_strategy='append',
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_parts('findings', stream_sources()) }}"
) }}

{{ read_live_findings(unread_parts('findings', stream_sources())) }}
