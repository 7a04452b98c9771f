-- Grain: one row an instrument: the last that is known of it (type 1). Its history is in instrument_history.
{{ config(materialized='view') }}

{{ last_known_instruments(ref('int_instruments_validity')) }}
