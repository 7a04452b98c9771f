/** What of a source's record is a trade: the canonical columns that candles are made from, and the key that tells two trades apart. */
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { Expression } from '../../core/expression/expression.ts';
import type { SourceSpec, Stream } from '../../core/spec/source-spec.ts';
import type { ColumnType } from '../../core/types/column-type.ts';
import { CANDLE_PRECISION, CANDLE_SCALE } from './candle.ts';
import type { TradeScales } from './second-buckets.ts';

const AMOUNT: ColumnType = { kind: 'DECIMAL', precision: CANDLE_PRECISION, scale: CANDLE_SCALE };
/** Doubles hold factors of at most so many digits behind the point together. */
const SCALE_MAX = 9;

export interface TradeColumns {
  readonly stream: Stream;
  readonly instrument: Expression;
  readonly price: Expression;
  readonly quantity: Expression;
  readonly time: Expression;
  readonly scales: TradeScales;
}

/** null where the source has no candles: another entity, or nothing mapped to one of the four columns, or no stream. */
export function tradeColumns(spec: SourceSpec): TradeColumns | null {
  const { entity, map } = spec.canonical;
  if (spec.stream === null || (entity !== 'trades' && entity !== 'prices')) return null;
  const mapped = (name: string): Expression | null => map.find(({ column }) => column === name)?.expression ?? null;
  const instrument = mapped('instrument_id');
  const price = mapped('price');
  const quantity = mapped('quantity') ?? amountColumn(spec, 'quantity');
  const time = mapped(entity === 'trades' ? 'trade_time' : 'price_time');
  if (instrument === null || price === null || quantity === null || time === null) return null;
  return { stream: spec.stream, instrument, price, quantity, time, scales: { price: scaleOf(price), quantity: scaleOf(quantity) } };
}

/** Throws SPEC_NOT_SUPPORTED where the source has no candles. */
export function requireTradeColumns(spec: SourceSpec): TradeColumns {
  const columns = tradeColumns(spec);
  if (columns !== null) return columns;
  throw new MarketsError('SPEC_NOT_SUPPORTED', `${spec.name} has no candles.`, {
    expected: 'a stream of the entity trades or prices that maps instrument_id, price, quantity and the time',
    found: spec.stream === null ? 'no stream' : `the entity ${spec.canonical.entity}`,
    next: 'Leave the source out of --source, or complete canonical.map in its spec.',
    place: { file: spec.spec_file },
  });
}

/** Canonical prices have no quantity of their own: a number column of that name is it. */
function amountColumn(spec: SourceSpec, name: string): Expression | null {
  const column = spec.schema.find((candidate) => candidate.name === name && candidate.mode === 'NULLABLE');
  if (column?.type.kind !== 'DECIMAL' && column?.type.kind !== 'INT64') return null;
  return { kind: 'cast', type: AMOUNT, operand: { kind: 'column', type: column.type, name } };
}

/** The column that an expression is, whatever it is cast to; null for anything more. */
export function plainColumn(expression: Expression): string | null {
  if (expression.kind === 'column') return expression.name;
  return expression.kind === 'cast' && expression.operand.kind === 'column' ? expression.operand.name : null;
}

function scaleOf(expression: Expression): number {
  const { type } = expression.kind === 'cast' ? expression.operand : expression;
  if (type.kind === 'INT64') return 0;
  return type.kind === 'DECIMAL' ? Math.min(type.scale, SCALE_MAX) : SCALE_MAX;
}
