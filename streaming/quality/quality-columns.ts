/** A spec's block `quality` as places in a checked record. */
import type { Cell } from '../../core/engine/output/file-output.ts';
import { columnIndex } from '../../core/engine/rules/column-index.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { compileToJavaScript } from '../../core/expression/to-javascript.ts';
import { outlierThreshold, type OutlierThreshold } from '../../core/quality/outlier-threshold.ts';
import { eventTimeColumn } from '../../core/spec/source-column.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Value } from '../../core/types/column-type.ts';
import { printValue } from '../../core/types/print-value.ts';

export interface NumberColumn {
  readonly name: string;
  readonly index: number;
  /** Digits behind the point; null for FLOAT64. */
  readonly scale: number | null;
}

export interface QualityColumns {
  readonly eventMicros: (values: readonly Cell[]) => bigint | null;
  readonly instrument: (values: readonly Cell[]) => string | null;
  readonly gapsMicros: readonly bigint[];
  readonly outlier: { readonly column: NumberColumn; readonly threshold: OutlierThreshold } | null;
  readonly duplicates: { readonly withinMicros: bigint; readonly fingerprint: (values: readonly Cell[]) => string } | null;
  readonly crossed: { readonly bid: NumberColumn; readonly ask: NumberColumn } | null;
  readonly positive: readonly NumberColumn[];
  readonly futureMicros: bigint | null;
}

/** Whether a source has a check that looks at single records and their neighbours. */
export function hasQuality({ quality }: SourceSpec): boolean {
  const { gaps_ms, outliers, duplicates, crossed, positive, future_ms } = quality;
  return gaps_ms.length > 0 || outliers !== null || duplicates !== null || crossed !== null || positive.length > 0 || future_ms !== null;
}

/** SPEC_NOT_SUPPORTED where a check cannot be decided exactly. */
export function qualityColumns(spec: SourceSpec): QualityColumns {
  const { quality } = spec;
  const number = (name: string): NumberColumn => numberColumn(spec, name);
  const { outliers, crossed, duplicates } = quality;
  return {
    eventMicros: eventMicrosOf(spec),
    instrument: instrumentOf(spec),
    gapsMicros: quality.gaps_ms.map(microsOf),
    outlier: outliers === null ? null : { column: number(outliers.column), threshold: outlierThreshold(spec, outliers) },
    duplicates:
      duplicates === null ? null : { withinMicros: microsOf(duplicates.within_ms), fingerprint: fingerprintOf(spec, duplicates.columns) },
    crossed: crossed === null ? null : { bid: number(crossed.bid), ask: number(crossed.ask) },
    positive: quality.positive.map(number),
    futureMicros: quality.future_ms === null ? null : microsOf(quality.future_ms),
  };
}

function microsOf(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1000n;
}

function indexOf(spec: SourceSpec, name: string): number {
  return spec.schema.findIndex((column) => column.name === name);
}

function numberColumn(spec: SourceSpec, name: string): NumberColumn {
  const index = indexOf(spec, name);
  const type = spec.schema[index]?.type;
  const scale = type?.kind === 'DECIMAL' ? type.scale : 0;
  return { name, index, scale: type?.kind === 'FLOAT64' ? null : scale };
}

function eventMicrosOf(spec: SourceSpec): QualityColumns['eventMicros'] {
  const index = indexOf(spec, eventTimeColumn(spec) ?? '');
  return (values) => {
    const value = values[index];
    return typeof value === 'bigint' ? value : null;
  };
}

/** The canonical instrument: its id, else its ISIN. */
function instrumentOf(spec: SourceSpec): QualityColumns['instrument'] {
  const expression = ['instrument_id', 'isin'].flatMap(
    (name) => spec.canonical.map.find(({ column }) => column === name)?.expression ?? [],
  )[0];
  if (expression === undefined) return () => null;
  // The mapping of an instrument reads no clock.
  const compute = compileToJavaScript(expression, { column: columnIndex(spec), currentTimestamp: 0n });
  return (values) => {
    try {
      const value = compute(values);
      return typeof value === 'string' ? value : null;
    } catch (error) {
      if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return null;
      throw error;
    }
  };
}

function fingerprintOf(spec: SourceSpec, columns: readonly string[]): (values: readonly Cell[]) => string {
  const places = columns.map((name) => {
    const index = indexOf(spec, name);
    return { index, type: spec.schema[index]?.type ?? ({ kind: 'STRING' } as const) };
  });
  return (values) => {
    let fingerprint = '';
    for (const { index, type } of places) {
      const text = printValue(type, (values[index] ?? null) as Value);
      // The length before each text: no two lists of texts give the same.
      fingerprint += text === null ? '-;' : `${String(text.length)};${text}`;
    }
    return fingerprint;
  };
}
