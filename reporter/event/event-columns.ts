/**
 * How the row of an event follows from a record of its source: canonical columns by the mapping of the spec, as the warehouse computes them, reporting
 * columns by their name and type, and the identity.
 */
import { CANONICAL_ENTITIES } from '../../core/canonical/entities.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Expression } from '../../core/expression/expression.ts';
import { compileToJavaScript, type RowFunction } from '../../core/expression/to-javascript.ts';
import { tradeId } from '../../core/identity/trade-id.ts';
import type { Column, SourceSpec } from '../../core/spec/source-spec.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import { rescaleExact } from '../../core/types/decimal.ts';
import { printType } from '../../core/types/type-text.ts';
import { REPORTING_COLUMNS, type ReportingColumn } from './reporting-columns.ts';

export interface EventColumns {
  /** One a column of REPORTING_COLUMNS, over the values of the schema's columns. */
  readonly row: readonly RowFunction[];
  /** The identity of the trade within its source system; null where the record has none. */
  readonly sourceId: RowFunction;
  readonly tradeId: (sourceId: string) => string;
}

const NOTHING: RowFunction = () => null;
/** Mappings cannot call current_timestamp(): the spec would have been refused. */
const NEVER = 0n;

/** SPEC_NOT_SUPPORTED for a source of another entity, SPEC_INVALID for a column with a reporting column's name and another type. */
export function eventColumns(spec: SourceSpec): EventColumns {
  const { entity } = spec.canonical;
  if (entity !== 'trades' && entity !== 'executions') {
    throw new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name} is no source of trades.`, {
      expected: 'canonical.entity trades or executions',
      found: entity,
      place: { file: spec.spec_file },
    });
  }
  const places = new Map(spec.schema.map(({ name }, index) => [name, index]));
  const compile = (expression: Expression | undefined): RowFunction =>
    expression === undefined
      ? NOTHING
      : compileToJavaScript(expression, { column: (name) => places.get(name) ?? -1, currentTimestamp: NEVER });
  const mapped = (name: string): Expression | undefined => spec.canonical.map.find(({ column }) => column === name)?.expression;
  const canonical = new Set<string>(CANONICAL_ENTITIES.executions.columns.map(({ name }) => name));
  const identity = spec.processing.identity;
  const [domain, system] = identity === null ? [spec.domain, spec.name] : [identity.domain, identity.source_system];
  return {
    row: REPORTING_COLUMNS.map((column) => (canonical.has(column.name) ? compile(mapped(column.name)) : ownColumn(spec, column))),
    sourceId: compile(identity?.source_id ?? mapped('source_trade_id')),
    tradeId: (sourceId) => tradeId(domain, system, sourceId),
  };
}

function ownColumn(spec: SourceSpec, wanted: ReportingColumn): RowFunction {
  const index = spec.schema.findIndex(({ name }) => name === wanted.name);
  const column = spec.schema[index];
  if (column === undefined) return NOTHING;
  const widen = column.mode === 'REPEATED' ? null : widening(column.type, wanted.type);
  if (widen !== null) return (row) => widen(scalar(row[index]));
  throw otherType(spec, column, wanted);
}

function scalar(cell: Cell | undefined): Value {
  return cell === undefined || Array.isArray(cell) ? null : (cell as Value);
}

/** The value in the wanted type; null where not every value of the column has one. */
function widening(from: ColumnType, to: ColumnType): ((value: Value) => Value) | null {
  if (from.kind !== to.kind) return null;
  if (from.kind !== 'DECIMAL' || to.kind !== 'DECIMAL') return (value) => value;
  const fits = from.scale <= to.scale && from.precision - from.scale <= to.precision - to.scale;
  if (!fits) return null;
  return (value) => (typeof value === 'bigint' ? (rescaleExact(value, from.scale, to.scale) ?? null) : null);
}

function otherType(spec: SourceSpec, column: Column, wanted: ReportingColumn): MarketsError {
  const list = column.mode === 'REPEATED' ? ', REPEATED' : '';
  return new MarketsError('SPEC_INVALID', `The column ${column.name} of ${spec.name} has not the type that reports need.`, {
    expected: `${printType(wanted.type)}: ${wanted.description}`,
    found: `${column.type_text}${list}`,
    next: 'Give the column this type, or another name.',
    place: { file: spec.spec_file },
  });
}
