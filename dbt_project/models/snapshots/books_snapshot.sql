-- Grain: one row a key and statement, with the interval of system time in which it was the last word.
{{ config(materialized='view') }}

{{ known_statements('books') }}
