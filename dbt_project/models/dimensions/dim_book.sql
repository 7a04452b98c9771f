-- Grain: one row a book_id and interval of business time.
{{ config(materialized='view') }}

select
  book_id, book_name, legal_entity, desk_id,
  valid_from, valid_to,
  valid_to = {{ end_of_time() }} as is_current,
  published_at as known_since, _load_id, _file, _record
from {{ ref('int_books_validity') }}
where is_present
