/** Small specs for tests of the lane: what the lane reads of a spec can be set, the rest is plain. */
import { createHash } from 'node:crypto';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { LoadedSpec } from '../run/lane.ts';

export interface LaneSpecParts {
  readonly name?: string;
  /** Regular expression over names below landing/. */
  readonly path?: string;
  readonly text?: string;
  readonly control?: { readonly pattern: string; readonly required?: boolean; readonly wait_minutes?: number };
  readonly expectations?: Partial<SourceSpec['expectations']>;
  readonly resupply?: 'replace' | 'append';
  readonly timezone?: string;
  readonly enabled?: boolean;
}

export function laneSpec(parts: LaneSpecParts = {}): LoadedSpec {
  const name = parts.name ?? 'trades';
  const path = parts.path ?? `^${name}/t_(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})[^/]*\\.csv(?:\\.gz|\\.zst)?$`;
  const text = Buffer.from(parts.text ?? JSON.stringify(parts));
  const spec: SourceSpec = {
    name,
    version: 1,
    enabled: parts.enabled ?? true,
    description: 'A source of tests',
    owner: 'tests@example.com',
    domain: 'markets',
    spec_file: `trading/${name}.yaml`,
    spec_version: createHash('sha256').update(text).digest('hex'),
    source: {
      type: 'file',
      path_pattern: { text: path, regex: path, captures_business_date: path.includes('?<year>') },
      format: 'csv',
      encoding: 'utf-8',
      timezone: parts.timezone ?? 'UTC',
      csv: {
        delimiter: ',',
        quote: '"',
        escape: '"',
        has_header: true,
        skip_rows: 0,
        comment: null,
        null_values: [],
        decimal_separator: '.',
        ignore_columns: [],
      },
      xml: null,
      records: '',
      record_width: null,
      fix: null,
    },
    schema: [],
    schema_drift: 'freeze',
    control_file: controlFile(parts.control),
    expectations: {
      frequency: 'daily',
      expected_by: null,
      calendar: 'weekdays',
      min_files_per_day: 1,
      max_files_per_day: null,
      typical_row_count: null,
      max_file_size_mb: null,
      ...parts.expectations,
    },
    validation: { row_level: [], file_level: [], max_bad_rows: null, max_bad_ratio_ppb: null },
    processing: {
      identity: null,
      deduplication: { key: [], strategy: 'none', version_field: null },
      resupply: parts.resupply ?? 'replace',
      delivery: 'delta',
      partition_field: null,
      cluster_fields: [],
    },
    canonical: { entity: 'none', map: [] },
    quality: { volume_anomaly: null, gaps_ms: [], outliers: null, duplicates: null, crossed: null, positive: [], future_ms: null },
    stream: null,
    tests: [],
  };
  return { spec, text };
}

function controlFile(control: LaneSpecParts['control']): SourceSpec['control_file'] {
  if (control === undefined) return null;
  return {
    type: 'properties',
    pattern: control.pattern,
    row_count: 'rows',
    checksum: null,
    business_date: null,
    checksum_algorithm: null,
    totals: [],
    required: control.required ?? true,
    wait_minutes: control.wait_minutes ?? 0,
  };
}
