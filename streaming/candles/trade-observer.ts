/** A place for checks that look at every checked message while candles are made: they never change a candle. */
import type { LogMessage } from '../../core/ports/message-log.ts';
import type { CheckedTrade } from './checked-trades.ts';

export interface TradeObserver {
  /** true: every message goes through the message checker, so that `trade` has its values; false: the fast way may be taken and nothing is told. */
  readonly wantsTrades: boolean;
  /** A trade as it was checked, before duplicates and late ones are told apart. Must not throw; called in the order of the partition. */
  observe(trade: CheckedTrade, message: LogMessage): void;
  /** After each batch of messages; findings may be written here. */
  flush(): Promise<void>;
}
