{#-
  What the checks of market data find in the units of a source, one row a finding, and one without a check for each unit that was looked at. `quality` is the
  spec's block with the columns as staging names them; the same is decided live by streaming/quality/unit-checks.ts. A unit is the UTC day on which a
  stream's messages arrived, partition by partition, or a load of files; nothing is remembered from one unit to another.
-#}
{% macro quality_findings(quality, units) -%}
{%- set neighbours = 'partition by unit, kafka_topic, kafka_partition' -%}
{%- set of_instrument = neighbours ~ ', instrument_id' -%}
{%- set before = 'order by place rows between unbounded preceding and 1 preceding' -%}
with staged as (
  {{ quality_rows(quality, units) }}
),

arrived as (
  select
    staged.*,
    {% if quality.future is none %}false{% else -%}
    coalesce({{ micros_between('event_time', 'arrived_at') }} > {{ quality.future * 1000 }}, false) {%- endif %} as is_future
  from staged
),

followed as (
  select
    arrived.*,
    max(event_time) over ({{ neighbours }} {{ before }}) as newest_time,
    max(event_time) over ({{ of_instrument }} {{ before }}) as newest_of_instrument
  from arrived
  where event_time is not null and not is_future
)

{%- if quality.duplicates is not none %},

compared as (
  select
    followed.*,
    lag(event_time) over (
      {{ neighbours }}{% for column in quality.duplicates.columns %}, {{ window_key(adapter.quote(column[0]), column[1]) }}{% endfor %} order by place
    ) as time_before
  from followed
  where newest_time is null or {{ micros_between('newest_time', 'event_time') }} <= {{ quality.duplicates.within * 1000 }}
)
{%- endif %}
{%- if quality.outlier is not none %},

valued as (
  select
    unit, kafka_topic, kafka_partition, instrument_id, place,
    {{ units_of(adapter.quote(quality.outlier.column), quality.outlier.scale) }} as units
  from followed
  where instrument_id is not null and {{ units_of(adapter.quote(quality.outlier.column), quality.outlier.scale) }} is not null
),

windows as (
  select
    valued.*,
    {{ elements_of('units') }} over ({{ of_instrument }} order by place rows between {{ quality.outlier.window }} preceding and 1 preceding) as units_before
  from valued
),

outliers as (
  {{ quality_outliers(quality.outlier) }}
)
{%- endif %},

found as (
  {{ quality_finding('arrived', none, none, 'cast(null as ' ~ type_amount() ~ ')', "'0'", none, 'false') }}
  {%- for gap in quality.gaps %}
  {%- set silence = micros_between('event_time', 'newest_of_instrument') %}
  union all
  {{ quality_finding('followed', 'gap', '', milliseconds_of(silence), gap, ['LOW', 'MEDIUM'][loop.index0] if loop.index0 < 2 else 'HIGH',
      'instrument_id is not null and ' ~ silence ~ ' >= ' ~ gap * 1000
      ~ ('' if loop.last else ' and ' ~ silence ~ ' < ' ~ quality.gaps[loop.index] * 1000)) }}
  {%- endfor %}
  {%- if quality.future is not none %}
  union all
  {{ quality_finding('arrived', 'future', '', milliseconds_of(micros_between('event_time', 'arrived_at')), quality.future, 'MEDIUM', 'is_future') }}
  {%- endif %}
  {%- if quality.duplicates is not none %}
  {%- set distance = 'abs(' ~ micros_between('event_time', 'time_before') ~ ')' %}
  union all
  {{ quality_finding('compared', 'duplicate', '', milliseconds_of(distance), quality.duplicates.within, 'LOW', distance ~ ' <= ' ~ quality.duplicates.within * 1000) }}
  {%- endif %}
  {%- for column in quality.positive %}
  union all
  {{ quality_finding('arrived', 'positive', column[0], 'cast(null as ' ~ type_amount() ~ ')', 0, 'HIGH', adapter.quote(column[1]) ~ ' <= 0') }}
  {%- endfor %}
  {%- if quality.crossed is not none %}
  {%- set bid, ask = adapter.quote(quality.crossed.bid), adapter.quote(quality.crossed.ask) %}
  {%- set difference = 'cast(null as ' ~ type_amount() ~ ')' if quality.crossed.is_float
      else 'cast(' ~ measurable_amount(bid) ~ ' - ' ~ measurable_amount(ask) ~ ' as ' ~ type_amount() ~ ')' %}
  union all
  {{ quality_finding('arrived', 'crossed', quality.crossed.name, difference, 0, 'HIGH', bid ~ ' >= ' ~ ask) }}
  {%- endif %}
  {%- if quality.outlier is not none %}
  union all
  {{ quality_finding('outliers_found', 'outlier', quality.outlier.name, 'measure', quality.outlier.threshold, 'MEDIUM', 'true') }}
  {%- endif %}
)

select found.*, cast(null as {{ type_integer() }}) as rows_looked_at
from found
union all
select
  units.unit, units.looked_on, {{ text_literal(quality.source) }},
  {%- for type in [type_text(), type_text(), type_text(), type_integer(), type_integer(), type_text(), type_integer(), type_instant(), type_text(),
      type_amount(), type_amount(), type_text(), type_instant()] %}
  cast(null as {{ type }}),
  {%- endfor %}
  (select count(*) from staged where staged.unit = units.unit)
from (
  {%- for unit in units %}
  select {{ text_literal(unit[0]) }} as unit, {{ date_literal(unit[1]) }} as looked_on {% if not loop.last %}union all{% endif %}
  {%- else %}
  select cast(null as {{ type_text() }}) as unit, cast(null as date) as looked_on from (select 1 as one) as nothing where false
  {%- endfor %}
) as units
{%- endmacro %}

{#- Rows of one check. `threshold` is a number as it stands in the spec. -#}
{% macro quality_finding(relation, check, column, measure, threshold, severity, condition) -%}
  select
    rows_of.unit, rows_of.looked_on, rows_of.source_name,
    cast({{ text_literal(check) if check is not none else 'null' }} as {{ type_text() }}) as check_name,
    cast({{ text_literal(column) if column is not none else 'null' }} as {{ type_text() }}) as column_name,
    nullif(rows_of.kafka_topic, '') as kafka_topic,
    case when rows_of.kafka_offset is not null then rows_of.kafka_partition end as kafka_partition,
    rows_of.kafka_offset, rows_of.load_id, rows_of.record_number,
    rows_of.event_time, rows_of.instrument_id,
    {{ measure }} as measure,
    cast({{ threshold }} as {{ type_amount() }}) as threshold,
    cast({{ text_literal(severity) if severity is not none else 'null' }} as {{ type_text() }}) as severity,
    rows_of.arrived_at
  {%- if relation == 'outliers_found' %}
  from (
    select followed.*, outliers.measure
    from followed
    inner join outliers
      on outliers.unit = followed.unit and outliers.place = followed.place and outliers.kafka_partition = followed.kafka_partition
      and outliers.kafka_topic = followed.kafka_topic
  ) as rows_of
  {%- else %}
  from {{ relation }} as rows_of
  {%- endif %}
  where {{ condition }}
{%- endmacro %}

{#- Places of outliers with their measure; see core/quality/outlier-threshold.ts. -#}
{% macro quality_outliers(outlier) -%}
{%- if outlier.is_robust %}
  select
    unit, kafka_topic, kafka_partition, place,
    {{ rounded_quotient('distance * 10000', '14826 * deviations', 6) }} as measure
  from (
    select medians.*, {{ middle_two_distances('units_before', 'median_twice', outlier.window) }} as deviations, 2 * abs(2 * units - median_twice) as distance
    from (
      select windows.*, {{ middle_two('units_before', outlier.window) }} as median_twice
      from windows
      where {{ length_of('units_before') }} = {{ outlier.window }}
    ) as medians
  ) as judged
  where deviations > 0 and distance * {{ whole_number((outlier.q | int * 10000) | string) }} > {{ whole_number((outlier.p | int * 14826) | string) }} * deviations
{%- else %}
  select
    unit, kafka_topic, kafka_partition, place,
    {{ rounded_quotient('difference * difference', 'spread', 3) }} as measure
  from (
    select summed.*, {{ outlier.window }} * {{ sum_of_squares('units_before', 'units') }} - difference * difference as spread
    from (
      select windows.*, {{ sum_of_differences('units_before', 'units') }} as difference
      from windows
      where {{ length_of('units_before') }} = {{ outlier.window }}
        and {{ outlier.window }} * {{ largest_difference('units_before', 'units') }} < {{ whole_number('100000000000000000') }}
    ) as summed
  ) as judged
  where spread > 0
    and difference * difference * {{ (outlier.q | int) * (outlier.q | int) }} > {{ whole_number(((outlier.p | int) * (outlier.p | int)) | string) }} * spread
{%- endif %}
{%- endmacro %}

{#- The staged rows of the units, with the columns that the checks read under the names that they have in staging. -#}
{% macro quality_rows(quality, units) -%}
{%- set stage = ref(quality.stage) -%}
select
  {% if quality.is_stream -%}
  cast({{ utc_date('stage._kafka_timestamp') }} as {{ type_text() }}) as unit,
  {{ utc_date('stage._kafka_timestamp') }} as looked_on,
  stage._kafka_topic as kafka_topic, stage._kafka_partition as kafka_partition, stage._kafka_offset as kafka_offset, stage._kafka_offset as place,
  cast(null as {{ type_text() }}) as load_id, cast(null as {{ type_integer() }}) as record_number,
  stage._kafka_timestamp as arrived_at,
  {%- else -%}
  stage._load_id as unit,
  {{ utc_date('loads.published_at') }} as looked_on,
  '' as kafka_topic, cast(0 as {{ type_integer() }}) as kafka_partition, cast(null as {{ type_integer() }}) as kafka_offset, stage._record as place,
  stage._load_id as load_id, stage._record as record_number,
  loads.published_at as arrived_at,
  {%- endif %}
  stage.source_name,
  {% if quality.event_time is none %}cast(null as {{ type_instant() }}){% else %}stage.{{ adapter.quote(quality.event_time) }}{% endif %} as event_time,
  {% if quality.instrument is none %}cast(null as {{ type_text() }}){% else %}stage.{{ quality.instrument }}{% endif %} as instrument_id
  {%- for column in quality.columns if column not in ['event_time', 'instrument_id'] %},
  stage.{{ adapter.quote(column) }}
  {%- endfor %}
from {{ pruned(stage, quality_filter(quality, units)) }} as stage
{%- if not quality.is_stream %}
inner join {{ ref('loads') }} as loads on loads.load_id = stage._load_id
{%- endif %}
where {% if quality.is_stream %}cast({{ utc_date('stage._kafka_timestamp') }} as {{ type_text() }}){% else %}stage._load_id{% endif %} in (
  {%- for unit in units if unit[2] %}{{ text_literal(unit[0]) }}{% if not loop.last %}, {% endif %}{% else %}null{% endfor %})
{%- endmacro %}

{#- A message is published into the warehouse when it has arrived, a day at most before the day of its own time. -#}
{% macro quality_filter(quality, units) -%}
{%- set days = units | map(attribute=1) | list -%}
{%- if not units -%}{{ return("_published_on = date '9999-12-31'") }}{%- endif -%}
{%- if quality.is_stream -%}{{ return('_published_on >= date_sub(' ~ date_literal(days | min) ~ ', interval 1 day)') }}{%- endif -%}
{{ return(dates_filter('_published_on', days)) }}
{%- endmacro %}

{#-
  The units that the unread loads of a source touch, as literals of the compiled SQL: [unit, day, whether it has rows]. Of loads that were replaced the unit is
  looked at once more, and is empty.
-#}
{% macro quality_units(quality, loads) -%}
  {%- set units = [] -%}
  {%- set stage = ref(quality.stage) -%}
  {%- if loads and execute and quality.is_stream -%}
    {%- set days -%}
      select distinct cast({{ utc_date('_kafka_timestamp') }} as {{ type_text() }}) as unit
      from {{ pruned(stage, loads_filter(load_ids(loads))) }} as stage
      where _load_id in ({{ text_list(load_ids(loads)) }})
      order by unit
    {%- endset -%}
    {%- for row in run_query(days).rows -%}{%- if row[0] is not none -%}{%- do units.append([row[0], row[0], true]) -%}{%- endif -%}{%- endfor -%}
  {%- elif loads and execute -%}
    {%- for load in loads -%}{%- do units.append([load.load_id, load.published_on, true]) -%}{%- endfor -%}
    {%- set replaced = superseded_ids(loads) -%}
    {%- if replaced and is_incremental() -%}
      {%- set known -%}
        select distinct unit, cast(looked_on as {{ type_text() }}) as looked_on from {{ this }} where unit in ({{ text_list(replaced) }}) order by unit
      {%- endset -%}
      {%- for row in run_query(known).rows -%}{%- do units.append([row[0], row[1] | string, false]) -%}{%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {{ return(units) }}
{%- endmacro %}
