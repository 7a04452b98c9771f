/**
 * Checks of market data in the warehouse: control.quality_<source> holds what was found in the staged rows of a source with a block `quality`, and
 * control.streaming_quality all of them, with the findings of the live checks beside them.
 */
import { outlierThreshold } from '../../../core/quality/outlier-threshold.ts';
import { eventTimeColumn } from '../../../core/spec/source-column.ts';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import type { ColumnType } from '../../../core/types/column-type.ts';
import { printDecimal } from '../../../core/types/decimal.ts';
import { sqlText } from '../../../core/warehouse/sql-text.ts';
import { isStream } from '../../streams/stream-sources.ts';
import { columnDescription } from './column-descriptions.ts';
import type { DocumentedModel } from './model-docs.ts';
import { NO_ROW, type ModelDialect } from './model-dialect.ts';
import type { ProjectFile } from './project-file.ts';
import { stagedColumnName } from './staging-columns.ts';
import { stagingModelName } from './staging-model.ts';

const FINDING_SCALE = 18;
const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: 38, scale: FINDING_SCALE };

/** Columns of a finding, in the order of the model. */
const FINDING: readonly (readonly [name: string, type: ColumnType])[] = [
  ['source_name', { kind: 'STRING' }],
  ['check_name', { kind: 'STRING' }],
  ['column_name', { kind: 'STRING' }],
  ['kafka_topic', { kind: 'STRING' }],
  ['kafka_partition', { kind: 'INT64' }],
  ['kafka_offset', { kind: 'INT64' }],
  ['load_id', { kind: 'STRING' }],
  ['record_number', { kind: 'INT64' }],
  ['event_time', { kind: 'TIMESTAMP' }],
  ['instrument_id', { kind: 'STRING' }],
  ['measure', AMOUNT],
  ['threshold', AMOUNT],
  ['severity', { kind: 'STRING' }],
  ['arrived_at', { kind: 'TIMESTAMP' }],
];

/** Where the record of a file stands; a live finding is of a message. */
const OF_FILES: ReadonlySet<string> = new Set(['load_id', 'record_number']);

/** Whether there is something to look at in single rows and their neighbours. */
export function hasQualityModel({ quality }: SourceSpec): boolean {
  const { gaps_ms, outliers, duplicates, crossed, positive, future_ms } = quality;
  return gaps_ms.length + positive.length > 0 || outliers !== null || duplicates !== null || crossed !== null || future_ms !== null;
}

export function qualityModelName(source: string): string {
  return `quality_${source}`;
}

export function qualityModel(spec: SourceSpec): ProjectFile {
  const source = sqlText(spec.name);
  const lines = [
    `-- Grain: one row a finding in ${spec.name}, and one without a check a unit that was looked at. Generated from its spec.`,
    '{{ config(',
    "    schema='control', materialized='incremental', incremental_strategy=keyed_strategy('delete+insert'), unique_key='unit',",
    "    partition_by=partitioned_by('looked_on'), cluster_by=['unit'],",
    '    pre_hook="{{ forget_inputs() }}",',
    `    post_hook="{{ remember_loads(sources=[${source}]) }}"`,
    ') }}',
    '',
    `{%- set quality = ${jinja(qualityOf(spec))} -%}`,
    `{%- set units = quality_units(quality, unread_loads(sources=[${source}])) %}`,
    '',
    "{{ merge_filter('looked_on', units | map(attribute=1) | list) }}",
    '{{ quality_findings(quality, units) }}',
    '',
  ];
  return { path: `models/generated/quality/${qualityModelName(spec.name)}.sql`, content: lines.join('\n') };
}

export function streamingQualityModel(specs: readonly SourceSpec[], dialect: ModelDialect): ProjectFile {
  const empty = FINDING.map(([name, type]) => `cast(null as ${dialect.type(type)}) as ${name}`).join(', ');
  const names = FINDING.map(([name]) => name).join(', ');
  const lines = [
    '-- Grain: one row a finding of a check of market data. Generated from the loaded specs.',
    "{{ config(schema='control', materialized='view') }}",
    '',
    `select ${empty}, cast(null as ${dialect.type({ kind: 'STRING' })}) as origin ${NO_ROW}`,
    ...specs.map(
      ({ name }) => `union all\nselect ${names}, 'batch' from {{ ref('${qualityModelName(name)}') }} where check_name is not null`,
    ),
    `union all\nselect ${FINDING.map(([name, type]) => (OF_FILES.has(name) ? `cast(null as ${dialect.type(type)})` : name)).join(', ')}, 'live' from {{ ref('live_findings') }}`,
    '',
  ];
  return { path: 'models/generated/quality/streaming_quality.sql', content: lines.join('\n') };
}

export function qualityDocs(spec: SourceSpec): DocumentedModel {
  return {
    name: qualityModelName(spec.name),
    description: `What the checks of market data found in ${spec.name}, and which units they looked at.`,
    columns: ['unit', 'looked_on', ...FINDING.map(([name]) => name), 'rows_looked_at'].map(documented),
    key: null,
  };
}

export const STREAMING_QUALITY_DOCS: DocumentedModel = {
  name: 'streaming_quality',
  description:
    'What the checks of market data found, in batch and live: silences, outliers, duplicates, crossed and non-positive prices, times of the future.',
  columns: [...FINDING.map(([name]) => name), 'origin'].map(documented),
  key: null,
};

function documented(name: string): DocumentedModel['columns'][number] {
  return { name, description: columnDescription(name) };
}

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** What macros/streams/quality_findings.sql takes. */
function qualityOf(spec: SourceSpec): { readonly [key: string]: Plain } {
  const { quality } = spec;
  const staged = (name: string): string => stagedColumnName(spec, name);
  const kindOf = (name: string): string => spec.schema.find((column) => column.name === name)?.type.kind ?? 'STRING';
  const { crossed, duplicates } = quality;
  const eventTime = isStream(spec) ? '_event_time' : eventTimeColumn(spec);
  const read = [
    ...quality.positive,
    ...(duplicates?.columns ?? []),
    ...(crossed === null ? [] : [crossed.bid, crossed.ask]),
    ...(quality.outliers === null ? [] : [quality.outliers.column]),
  ];
  const isFloat = crossed !== null && kindOf(crossed.bid) === 'FLOAT64' && kindOf(crossed.ask) === 'FLOAT64';
  return {
    source: spec.name,
    stage: stagingModelName(spec.name),
    is_stream: isStream(spec),
    event_time: eventTime === null ? null : isStream(spec) ? eventTime : staged(eventTime),
    instrument: ['instrument_id', 'isin'].find((name) => spec.canonical.map.some(({ column }) => column === name)) ?? null,
    columns: [...new Set(read.map(staged))],
    gaps: quality.gaps_ms,
    future: quality.future_ms,
    positive: quality.positive.map((name) => [name, staged(name)]),
    crossed: crossed === null ? null : { name: crossed.bid, bid: staged(crossed.bid), ask: staged(crossed.ask), is_float: isFloat },
    duplicates:
      duplicates === null
        ? null
        : { columns: duplicates.columns.map((name) => [staged(name), kindOf(name)]), within: duplicates.within_ms },
    outlier: outlierOf(spec, staged),
  };
}

function outlierOf(spec: SourceSpec, staged: (name: string) => string): Plain {
  const { outliers } = spec.quality;
  if (outliers === null) return null;
  const { window, isRobust, p, q, scale, threshold } = outlierThreshold(spec, outliers);
  const numbers = { window, scale, p: p.toString(), q: q.toString(), threshold: printDecimal(threshold, FINDING_SCALE) };
  return { name: outliers.column, column: staged(outliers.column), is_robust: isRobust, ...numbers };
}

/** Names of columns and sources are words, and the rest are numbers: nothing that a template could take for its own. */
function jinja(value: Plain): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return sqlText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(jinja).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, member]) => `${sqlText(key)}: ${jinja(member)}`)
    .join(', ')}}`;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
