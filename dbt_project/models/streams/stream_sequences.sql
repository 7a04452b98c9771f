-- Grain: one row a load and numbered sequence that has messages in it.
{{ config(
    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('append'), unique_key='_load_id',
    partition_by=partitioned_by('_published_on'), cluster_by=['sequence_id'],
    pre_hook="{{ forget_inputs() }}", post_hook="{{ remember_loads(sources=sequenced_sources()) }}"
) }}

{%- set loads = unread_loads(sources=sequenced_sources()) %}
{%- set ids = load_ids(loads) %}

{{ merge_filter('_published_on', loads | map(attribute='published_on') | list) }}
with numbered as (
  select messages.*, {{ sequence_id('messages') }} as sequence_id
  from {{ pruned(ref('int_stream_messages'), loads_filter(ids)) }} as messages
  where messages._load_id in ({{ text_list(ids) }}) and messages._sequence is not null
)

select
  sequence_id, _load_id, min(_sequence) as first_sequence, max(_sequence) as last_sequence, count(*) as message_count
  {{ and_published_on() }}
from numbered
group by sequence_id, _load_id {{ and_published_on() }}
