/** A scanner for a spec and an order of members; null where trades of the spec cannot be read from bytes alone. */
import { compileFunction } from 'node:vm';
import { columnIndex } from '../../../core/engine/rules/column-index.ts';
import { inOrderOf, jsonShape, orderOf, type JsonShape } from '../../../core/engine/scan/json-shape.ts';
import { ruleColumn, type CompiledRowRule } from '../../../core/engine/scan/rule-source.ts';
import { scanColumns, type ScanColumn } from '../../../core/engine/scan/scan-column.ts';
import { TimeScan } from '../../../core/engine/scan/time-scan.ts';
import type { JsonNode } from '../../../core/engine/records/json/json-tree.ts';
import type { Expression } from '../../../core/expression/expression.ts';
import { referencedColumns } from '../../../core/expression/referenced-columns.ts';
import { compileToJavaScript } from '../../../core/expression/to-javascript.ts';
import { toScannerCode } from '../../../core/expression/to-scanner-code.ts';
import { ColumnReader } from '../../../core/engine/values/column-reader.ts';
import { CELL } from '../../../core/engine/values/raw-cells.ts';
import type { Column, SourceSpec } from '../../../core/spec/source-spec.ts';
import { TEXT_BYTES_MAX } from '../byte-table.ts';
import { plainColumn, type TradeColumns } from '../trade-columns.ts';
import { TradeRuntime } from './trade-runtime.ts';
import { tradeScannerSource, type TextProof, type TradeScannerPlan } from './trade-scanner-source.ts';

/** true: the message [p, to) is good and its trade stands in the runtime's batch, behind the last one. */
type ScanFunction = (
  runtime: TradeRuntime,
  times: readonly TimeScan[],
  bytes: Uint8Array,
  view: DataView,
  p: number,
  to: number,
) => boolean;

export interface TradeScanner {
  readonly runtime: TradeRuntime;
  scan(bytes: Uint8Array, view: DataView, from: number, to: number): boolean;
  /** The same scanner for the members in the order of this record; this one where that is its order. */
  inOrderOf(record: JsonNode): TradeScanner;
  /** Moves current_timestamp() of the rules; microseconds. */
  at(micros: bigint): void;
}

/** `limit`: prices and quantities below it are read from bytes. */
export function compileTradeScanner(spec: SourceSpec, trade: TradeColumns, limit: number): TradeScanner | null {
  const { format } = spec.source;
  const shape = format === 'json' || format === 'jsonl' ? jsonShape(spec) : null;
  const columns = scanColumns(spec);
  const places = shape === null || columns === null ? null : tradePlaces(spec, trade, columns);
  if (shape === null || columns === null || places === null) return null;
  const moment = { column: columnIndex(spec), currentTimestamp: 0n };
  const rules = errorRules(spec, columns, moment);
  const runtime = new TradeRuntime(
    spec,
    columns,
    rules.map(({ compiled }) => compiled),
    limit,
  );
  const times = columns.map(({ column }) => new TimeScan(column.timezone === 'UTC'));
  const plan = {
    columns,
    rules: rules.map(({ compiled }) => compiled),
    texts: spec.schema.map((column) => textProof(column, spec)),
    ...places,
  };
  const at = (micros: bigint): void => {
    moment.currentTimestamp = micros;
  };
  return scannerOf(shape, { plan, runtime, times, at, compiled: new Map() });
}

/** Orders of members that are kept compiled. */
const ORDERS_MAX = 32;

interface ScannerParts {
  readonly plan: Omit<TradeScannerPlan, 'shape'>;
  readonly runtime: TradeRuntime;
  readonly times: readonly TimeScan[];
  readonly at: (micros: bigint) => void;
  /** By order. */
  readonly compiled: Map<string, TradeScanner>;
}

function scannerOf(shape: JsonShape, parts: ScannerParts): TradeScanner {
  const { plan, runtime, times, at, compiled } = parts;
  const order = orderOf(shape);
  const known = compiled.get(order);
  if (known !== undefined) return known;
  if (compiled.size >= ORDERS_MAX) compiled.clear();
  const scan = (compileFunction(tradeScannerSource({ ...plan, shape })) as () => ScanFunction)();
  const scanner: TradeScanner = {
    runtime,
    at,
    scan: (bytes, view, from, to) => scan(runtime, times, bytes, view, from, to),
    inOrderOf: (record) => scannerOf(inOrderOf(shape, record), parts),
  };
  compiled.set(order, scanner);
  return scanner;
}

/** Longer lists are looked up. */
const LISTED_MAX = 8;

function textProof(column: Column, spec: SourceSpec): TextProof {
  const { allowed_values: allowed, pattern, check, max_length: most } = column;
  if (allowed !== null) {
    const reader = new ColumnReader(column, spec);
    const areGood = allowed.every(
      (text) => typeof text === 'string' && /^[!#-[\]-~]+$/.test(text) && reader.read(text, CELL.QUOTED, []) === text,
    );
    return areGood && allowed.length <= LISTED_MAX
      ? { kind: 'listed', quoted: allowed.map((text) => Buffer.from(`"${String(text)}"`)) }
      : { kind: 'asked' };
  }
  const isFree = pattern === null && check === null && spec.source.csv.null_values.length === 0;
  return isFree ? { kind: 'any', most: Math.min(most ?? TEXT_BYTES_MAX, TEXT_BYTES_MAX) } : { kind: 'asked' };
}

type Places = Pick<TradeScannerPlan, 'instrument' | 'price' | 'quantity' | 'time' | 'key'>;

/** null where one of the columns is more than a plain column of the right type, or has more digits than the candles' own scale. */
function tradePlaces(spec: SourceSpec, trade: TradeColumns, columns: readonly ScanColumn[]): Places | null {
  const placeOf = (expression: Expression): number => spec.schema.findIndex(({ name }) => name === plainColumn(expression));
  const [instrument, price, quantity, time] = [trade.instrument, trade.price, trade.quantity, trade.time].map(placeOf) as [
    number,
    number,
    number,
    number,
  ];
  const key = spec.schema.findIndex(({ name }) => name === trade.stream.key_field);
  const typeOf = (place: number): string | undefined => columns[place]?.column.type.kind;
  const scaleOf = (place: number): number => {
    const type = columns[place]?.column.type;
    return type?.kind === 'DECIMAL' ? type.scale : type?.kind === 'INT64' ? 0 : Number.NaN;
  };
  const areRight =
    typeOf(instrument) === 'STRING' &&
    typeOf(time) === 'TIMESTAMP' &&
    (key < 0 || typeOf(key) === 'STRING') &&
    scaleOf(price) === trade.scales.price &&
    scaleOf(quantity) === trade.scales.quantity;
  return areRight ? { instrument, price, quantity, time, key } : null;
}

interface ErrorRule {
  readonly compiled: CompiledRowRule;
}

/** Rules of severity warning do not change the verdict. */
function errorRules(
  spec: SourceSpec,
  columns: readonly ScanColumn[],
  moment: Parameters<typeof compileToJavaScript>[1],
): readonly ErrorRule[] {
  const errors = spec.validation.row_level.filter(({ severity }) => severity === 'error');
  return errors.map(({ expression }) => ({
    compiled: {
      // The code would keep the moment at which it was made.
      source: readsTheClock(expression)
        ? null
        : toScannerCode(expression, { column: (name) => ruleColumn(columns[moment.column(name)], textInPlace), currentTimestamp: 0n }),
      prepare: '',
      holds: compileToJavaScript(expression, moment),
      columns: [...new Set(referencedColumns(expression).map(moment.column))],
    },
  }));
}

/** Texts of the fast way are ASCII. */
function textInPlace(i: number): { readonly text: string; readonly isAscii: string } {
  return { text: `S.textAt(b, s${i}, e${i})`, isAscii: 'true' };
}

function readsTheClock(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'column':
      return false;
    case 'cast':
      return readsTheClock(expression.operand);
    case 'case':
      return (
        expression.branches.some(({ when, then }) => readsTheClock(when) || readsTheClock(then)) ||
        (expression.otherwise !== null && readsTheClock(expression.otherwise))
      );
    case 'call':
      return expression.function === 'current_timestamp' || expression.arguments.some(readsTheClock);
  }
}
