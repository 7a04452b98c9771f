-- Grain: one row a finding of the live checks of market data. Appended on DuckDB: a finding is committed once. On BigQuery a view of what the lane loaded.
{{ config(
    schema='control', materialized='incremental' if target.type == 'duckdb' else 'view', incremental_strategy='append',
    pre_hook="{{ forget_inputs() }}" if target.type == 'duckdb' else [],
    post_hook="{{ remember_parts('findings', stream_sources()) }}" if target.type == 'duckdb' else []
) }}

{{ read_live_findings(unread_parts('findings', stream_sources()) if target.type == 'duckdb' else []) }}
