/** From a message of the log to the partition's candles: judged, mapped, counted. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { CandlePartition } from './candle-partition.ts';
import type { CheckedTrade, TradeChecker } from './checked-trades.ts';
import type { Outcome, PartitionCandles } from './partition-candles.ts';
import type { TradeObserver } from './trade-observer.ts';

/** Offsets beyond it are no whole numbers in a double; a partition with a million messages a second has them after 285 years. */
const OFFSET_MAX = BigInt(Number.MAX_SAFE_INTEGER);

export interface MessageTaker {
  take(partition: CandlePartition, message: LogMessage): void;
}

export interface TakerOptions {
  readonly checker: TradeChecker;
  readonly futureMs: number;
  readonly observer: TradeObserver | null;
  /** Called with a message that the source's spec refuses. */
  readonly refused: (message: LogMessage) => void;
}

export function createMessageTaker({ checker, futureMs, observer, refused }: TakerOptions): MessageTaker {
  return {
    take: (partition, message) => {
      if (message.offset < partition.position) return;
      // A tombstone tells of no trade.
      const verdict = message.value === null ? 'none' : checker.check(message.value);
      if (verdict === 'refused') {
        partition.refused += 1;
        refused(message);
      } else if (verdict === 'none') {
        partition.other += 1;
      } else {
        observer?.observe(verdict, message);
        addChecked(partition.candles, verdict, message, (message.timestampMs + futureMs) * 1000);
      }
      partition.took(message);
    },
  };
}

/** In doubles where they hold the values exactly. */
export function addChecked(candles: PartitionCandles, trade: CheckedTrade, { offset }: Pick<LogMessage, 'offset'>, capUs: number): Outcome {
  if (offset > OFFSET_MAX) throw new RangeError('an offset is beyond 2^53');
  const { buckets } = candles;
  const name = Buffer.from(trade.instrument, 'utf8');
  const key = Buffer.from(trade.key, 'utf8');
  const instrument = candles.instrumentOf(name, 0, name.length);
  const rest = [trade.timeUs, Number(offset), key, 0, key.length, capUs] as const;
  const price = buckets.narrowPrice(trade.price);
  const quantity = buckets.narrowQuantity(trade.quantity);
  if (price < 0 || quantity < 0) return candles.addWide(instrument, trade.price, trade.quantity, ...rest);
  return candles.add(instrument, price, quantity, ...rest);
}
