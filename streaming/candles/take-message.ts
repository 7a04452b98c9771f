/** From a message of the log to the partition's candles: judged, mapped, counted. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { CandlePartition } from './candle-partition.ts';
import type { FastTrades } from './scan/fast-trades.ts';
import { OUT } from './scan/trade-scanner-source.ts';
import type { CheckedTrade, TradeChecker } from './checked-trades.ts';
import { viewOf, type Outcome, type PartitionCandles } from './partition-candles.ts';
import type { TradeObserver } from './trade-observer.ts';

/** Offsets beyond it are no whole numbers in a double; a partition with a million messages a second has them after 285 years. */
const OFFSET_MAX = BigInt(Number.MAX_SAFE_INTEGER);

export interface MessageTaker {
  take(partition: CandlePartition, message: LogMessage): void;
}

export interface TakerOptions {
  readonly checker: TradeChecker;
  /** null where every message goes the exact way. */
  readonly fast: FastTrades | null;
  readonly futureMs: number;
  readonly observer: TradeObserver | null;
  /** Called with a message that the source's spec refuses. */
  readonly refused: (message: LogMessage) => void;
}

export function createMessageTaker({ checker, fast, futureMs, observer, refused }: TakerOptions): MessageTaker {
  const exactly = (partition: CandlePartition, message: LogMessage, value: Uint8Array, capUs: number): void => {
    const verdict = checker.check(value);
    if (verdict === 'refused') {
      partition.refused += 1;
      refused(message);
      return;
    }
    fast?.accepted(value);
    if (verdict === 'none') {
      partition.other += 1;
      return;
    }
    observer?.observe(verdict, message);
    addChecked(partition.candles, verdict, message, capUs);
  };
  const isFast = fast !== null && observer?.wantsTrades !== true;
  return {
    take: (partition, message) => {
      const { offset, value, timestampMs } = message;
      if (offset < partition.position) return;
      const capUs = (timestampMs + futureMs) * 1000;
      // A tombstone tells of no trade.
      if (value === null) partition.other += 1;
      else if (isFast && fast.scan(value)) addScanned(partition.candles, fast, exactOffset(offset), capUs);
      else exactly(partition, message, value, capUs);
      partition.took(message);
    },
  };
}

export function addScanned(candles: PartitionCandles, { view, out }: FastTrades, offset: number, capUs: number): Outcome {
  const instrument = candles.instrumentOf(view, out[OUT.INSTRUMENT_FROM] as number, out[OUT.INSTRUMENT_TO] as number);
  return candles.add(
    instrument,
    out[OUT.PRICE] as number,
    out[OUT.QUANTITY] as number,
    out[OUT.TIME] as number,
    offset,
    view,
    out[OUT.KEY_FROM] as number,
    out[OUT.KEY_TO] as number,
    capUs,
  );
}

/** In doubles where they hold the values exactly. */
export function addChecked(candles: PartitionCandles, trade: CheckedTrade, { offset }: Pick<LogMessage, 'offset'>, capUs: number): Outcome {
  const { buckets } = candles;
  const key = viewOf(Buffer.from(trade.key, 'utf8'));
  const instrument = candles.instrumentNamed(trade.instrument);
  const rest = [trade.timeUs, exactOffset(offset), key, 0, key.byteLength, capUs] as const;
  const price = buckets.narrowPrice(trade.price);
  const quantity = buckets.narrowQuantity(trade.quantity);
  if (price < 0 || quantity < 0) return candles.addWide(instrument, trade.price, trade.quantity, ...rest);
  return candles.add(instrument, price, quantity, ...rest);
}

function exactOffset(offset: bigint): number {
  if (offset > OFFSET_MAX) throw new RangeError('an offset is beyond 2^53');
  return Number(offset);
}
