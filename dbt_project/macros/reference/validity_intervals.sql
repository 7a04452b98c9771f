{#-
  Intervals of business time of a reference entity, from every version that the loads in `known_loads` hold. A pure function:
  the same loads give the same intervals, in whatever order they came.

  known_loads: name of a CTE or relation (load_id, source, business_date, published_at, delivery, timezone) of the loads that count.
  Result: <key>, <attributes>, valid_from, valid_to, is_present, published_at, _load_id, _file, _record.

  - A version is valid from its effective date, else its file's business date, at 00:00 in the source's time zone; the first one of a
    key counts from the beginning of time.
  - Of two versions from the same moment the one of the later business date wins, then the later arrival.
  - Absence from the next `full` delivery of its source ends a key's validity there; such an interval is kept with is_present false. A key
    that comes back is valid from its return.
  - Versions that say the same as the one before are one interval, which keeps the place of the first that said so.
-#}
{% macro validity_intervals(record, key, attributes, known_loads) -%}
with deliveries as (
  select
    source, business_date, timezone, published_at,
    row_number() over (partition by source order by business_date) as delivery_no,
    lead(business_date) over (partition by source order by business_date) as next_business_date,
    lead(published_at) over (partition by source order by business_date) as next_published_at
  from (
    select source, business_date, min(timezone) as timezone, max(published_at) as published_at
    from {{ known_loads }}
    where delivery = 'full'
    group by source, business_date
  ) as full_deliveries
),

stated as (
  select
    record.{{ key }},
    {% for attribute in attributes %}record.{{ attribute }}, {% endfor %}
    record._load_id, record._file, record._record,
    loads.source, loads.business_date, loads.published_at, loads.timezone,
    {{ midnight('coalesce(record.effective_date, loads.business_date)', 'loads.timezone') }} as stated_from,
    deliveries.delivery_no, deliveries.next_business_date, deliveries.next_published_at,
    {{ content_of(attributes) }} as content
  from {{ record }} as record
  inner join {{ known_loads }} as loads on loads.load_id = record._load_id
  left join deliveries
    on deliveries.source = loads.source and deliveries.business_date = loads.business_date and loads.delivery = 'full'
),

-- Which full deliveries hold a key; runs of deliveries one after another without a gap.
held as (
  select
    {{ key }}, source, delivery_no,
    min(business_date) as business_date, min(timezone) as timezone,
    min(next_business_date) as next_business_date, min(next_published_at) as next_published_at,
    delivery_no - row_number() over (partition by source, {{ key }} order by delivery_no) as run_no
  from stated
  where delivery_no is not null
  group by {{ key }}, source, delivery_no
),

runs as (
  select
    {{ key }}, source, run_no,
    min(delivery_no) as first_delivery_no,
    max(delivery_no) as last_delivery_no,
    {{ midnight('min(business_date)', 'min(timezone)') }} as begins,
    case when count(*) = count(next_business_date) then {{ midnight('max(next_business_date)', 'min(timezone)') }} end as ends,
    max(next_published_at) as ended_at,
    row_number() over (partition by source, {{ key }} order by run_no) as run_order
  from held
  group by {{ key }}, source, run_no
),

placed as (
  select
    stated.*,
    case
      when runs.run_order > 1 and stated.stated_from < runs.begins then runs.begins
      else stated.stated_from
    end as from_time
  from stated
  left join runs
    on runs.{{ key }} = stated.{{ key }} and runs.source = stated.source
    and stated.delivery_no between runs.first_delivery_no and runs.last_delivery_no
  -- A version of the future that was withdrawn before it began.
  where runs.ends is null or stated.stated_from < runs.ends
),

-- Of one moment: what the last delivery says, with the place of the first that said so without a break.
marked as (
  select
    placed.*,
    lag(content) over (
      partition by {{ key }}, from_time order by business_date, published_at, _load_id, _record
    ) is distinct from content as is_new
  from placed
),

settled as (
  select *
  from marked
  where is_new
  qualify row_number() over (
    partition by {{ key }}, from_time order by business_date desc, published_at desc, _load_id desc, _record desc
  ) = 1
),

timeline as (
  select
    {{ key }}, {% for attribute in attributes %}{{ attribute }}, {% endfor %}
    from_time, true as is_present, content, published_at, _load_id, _file, _record
  from settled
  union all
  select
    {{ key }}, {% for attribute in attributes %}null, {% endfor %}
    ends, false, null, max(ended_at), null, null, null
  from runs
  where ends is not null
    and not exists (select 1 from settled where settled.{{ key }} = runs.{{ key }} and settled.from_time = runs.ends)
  group by {{ key }}, ends
),

compared as (
  select
    timeline.*,
    lag(content) over (partition by {{ key }} order by from_time) as previous_content,
    lag(is_present) over (partition by {{ key }} order by from_time) as previous_present
  from timeline
),

changed as (
  select
    *,
    row_number() over (partition by {{ key }} order by from_time) as change_no
  from compared
  where previous_present is null or previous_present != is_present or previous_content is distinct from content
)

select
  {{ key }}, {% for attribute in attributes %}{{ attribute }}, {% endfor %}
  case when change_no = 1 then {{ beginning_of_time() }} else from_time end as valid_from,
  coalesce(lead(from_time) over (partition by {{ key }} order by from_time), {{ end_of_time() }}) as valid_to,
  is_present, published_at, _load_id, _file, _record
from changed
{%- endmacro %}

{#- The CTE body of known_loads: current loads of an entity, or only those in `read_by` a model with later supersession undone. -#}
{% macro known_loads(entity, read_by=none) -%}
  select loads.load_id, loads.source, loads.business_date, loads.published_at, sources.delivery, sources.timezone
  from {{ ref('loads') }} as loads
  inner join {{ ref('sources') }} as sources on sources.source_name = loads.source
  {%- if read_by is none %}
  where loads.entity = '{{ entity }}' and loads.superseded_by is null
  {%- else %}
  inner join {{ model_inputs() }} as read_before on read_before.model = '{{ read_by }}' and read_before.input = loads.load_id
  where loads.entity = '{{ entity }}' and loads.load_id not in (
    select {{ json_scalar('replaced') }}
    from {{ ref('loads') }} as replacing
    inner join {{ model_inputs() }} as also_read on also_read.model = '{{ read_by }}' and also_read.input = replacing.load_id
    {{ cross_join_elements('replacing.supersedes', '', 'replaced') }}
    where replacing.entity = '{{ entity }}' and {{ json_scalar('replaced') }} != replacing.load_id
  )
  {%- endif -%}
{%- endmacro %}

{#- What is kept of each reference entity: its key and the attributes that make a version. -#}
{% macro reference_attributes(entity) %}
  {% set attributes = {
    'traders': ['trader_name', 'desk_id', 'compliance_officer'],
    'counterparties': ['counterparty_name', 'counterparty_lei', 'country'],
    'books': ['book_name', 'legal_entity', 'desk_id'],
    'instruments': ['instrument_symbol', 'isin', 'instrument_name', 'asset_class', 'currency', 'venue', 'is_active'],
  } %}
  {{ return(attributes[entity]) }}
{% endmacro %}

{% macro reference_key(entity) %}
  {{ return({'traders': 'trader_id', 'counterparties': 'counterparty_id', 'books': 'book_id', 'instruments': 'instrument_id'}[entity]) }}
{% endmacro %}

{#- A whole model of intervals: does nothing where no load of the entity is unread, else computes all of them anew. -#}
{% macro validity_model(entity) %}
  {%- set loads = unread_loads(entities=[entity]) -%}
  {%- set record = ref('int_' ~ entity) -%}
  {%- set sources = ref('sources') -%}
  {%- if loads or not is_incremental() -%}
  with current_loads as (
    {{ known_loads(entity) }}
  )
  select * from (
    {{ validity_intervals(record, reference_key(entity), reference_attributes(entity), 'current_loads') }}
  ) as intervals
  {%- else -%}
  select * from {{ this }} where false
  {%- endif -%}
{% endmacro %}

{#- Pre-hook of those models: makes room for the intervals that are computed anew. -#}
{% macro clear_when_unread(entity) %}
  {% if execute and is_incremental() and unread_loads(entities=[entity]) %}
    delete from {{ this }}
  {% endif %}
{% endmacro %}
