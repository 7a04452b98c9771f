/**
 * The exact way from a message to a trade: the message checker's verdict, then the mapping of the spec over the checked values. The fast way
 * (trade-scanner.ts) gives the same or leaves the message to this one.
 */
import { createMessageChecker, type MessageChecker } from '../../core/engine/message-checker.ts';
import { columnIndex } from '../../core/engine/rules/column-index.ts';
import type { Cell } from '../../core/engine/output/file-output.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import { compileToJavaScript, type RowFunction } from '../../core/expression/to-javascript.ts';
import type { Expression } from '../../core/expression/expression.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import { printValue } from '../../core/types/print-value.ts';
import type { ColumnType, Value } from '../../core/types/column-type.ts';
import type { TradeColumns } from './trade-columns.ts';

export interface CheckedTrade {
  readonly instrument: string;
  /** At scale 18. */
  readonly price: bigint;
  readonly quantity: bigint;
  /** Microseconds since the epoch. */
  readonly timeUs: number;
  /** The text of the key; '' where there is none. */
  readonly key: string;
}

/** refused: a bad message. none: a good one that is no trade, as its instrument, price, quantity or time is NULL. */
export type TradeVerdict = CheckedTrade | 'refused' | 'none';

export interface TradeChecker {
  check(message: Uint8Array): TradeVerdict;
  /** Moves current_timestamp() of the rules. */
  at(now: string): void;
  readonly messages: MessageChecker;
}

export function createTradeChecker(spec: SourceSpec, columns: TradeColumns, now: string): TradeChecker {
  const messages = createMessageChecker(spec, { now });
  const mapping = mappingOf(spec, columns, now);
  return {
    messages,
    check: (message) => {
      const { verdict, values } = messages.check(message);
      if (verdict === 'accepted') return mapping(values);
      return verdict === 'refused' ? 'refused' : 'none';
    },
    at: (moment) => {
      messages.at(moment);
    },
  };
}

function mappingOf(spec: SourceSpec, columns: TradeColumns, now: string): (values: readonly Cell[]) => CheckedTrade | 'none' {
  const options = { column: columnIndex(spec), currentTimestamp: BigInt(Date.parse(now)) * 1000n };
  const compiled = (expression: Expression): RowFunction => compileToJavaScript(expression, options);
  const [instrumentOf, priceOf, quantityOf, timeOf] = [columns.instrument, columns.price, columns.quantity, columns.time].map(compiled) as [
    RowFunction,
    RowFunction,
    RowFunction,
    RowFunction,
  ];
  const keyOf = keyFunction(spec, columns);
  return (values) => {
    const instrument = valueOf(instrumentOf, values);
    const price = valueOf(priceOf, values);
    const quantity = valueOf(quantityOf, values);
    const time = valueOf(timeOf, values);
    if (typeof instrument !== 'string' || typeof price !== 'bigint' || typeof quantity !== 'bigint' || typeof time !== 'bigint')
      return 'none';
    return { instrument, price, quantity, timeUs: Number(time), key: keyOf(values) };
  };
}

/** NULL where the value cannot be computed: what is no amount is no trade. */
function valueOf(compute: RowFunction, values: readonly Cell[]): Value {
  try {
    return compute(values);
  } catch (error) {
    if (isMarketsError(error, 'EXPRESSION_EVALUATION')) return null;
    throw error;
  }
}

function keyFunction(spec: SourceSpec, { stream }: TradeColumns): (values: readonly Cell[]) => string {
  const place = spec.schema.findIndex(({ name }) => name === stream.key_field);
  const type: ColumnType | undefined = spec.schema[place]?.type;
  if (type === undefined) return () => '';
  return (values) => printValue(type, (values[place] ?? null) as Value) ?? '';
}
