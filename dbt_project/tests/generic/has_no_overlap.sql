{#- The intervals of a key do not overlap, and each ends after it begins. -#}
{% test has_no_overlap(model, key) %}
with ordered as (
  select
    {{ key }}, valid_from, valid_to,
    lead(valid_from) over (partition by {{ key }} order by valid_from) as next_from
  from {{ model }}
)

select *
from ordered
where valid_from >= valid_to or valid_to > next_from
{% endtest %}
