/** What live candles are given from outside: ports, clocks, limits. */
import type { MessageBus } from '../../core/ports/message-bus.ts';
import type { LogMessage, MessageLog } from '../../core/ports/message-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { SourceSpec } from '../../core/spec/source-spec.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import type { Time } from '../../core/time/time.ts';

export interface CandleLimits {
  /** Output, state and position are committed about this often where something came, right behind candles where there are some. */
  readonly commitMs: number;
  /** Behind so much silence the windows that still form are told as they are. */
  readonly provisionalMs: number;
  /** See CandleOptions. */
  readonly correctionsMs: number;
  /** An event time may be so much later than its message's own time and still move the watermark. */
  readonly futureMs: number;
  readonly shutdownMs: number;
}

export const CANDLE_LIMITS: CandleLimits = {
  commitMs: 2000,
  provisionalMs: 5000,
  correctionsMs: 60_000,
  futureMs: 5000,
  shutdownMs: 20_000,
};

export interface CandleParts {
  readonly log: MessageLog;
  readonly bus: MessageBus;
  readonly store: ObjectStore;
  readonly spec: SourceSpec;
  readonly time: Pick<Time, 'nowMs' | 'wait'>;
  readonly logger: Logger;
  readonly limits: CandleLimits;
  readonly gapBars: boolean;
  /** One a process start; see writerName. */
  readonly writer: string;
  /** The consumer group is `<group>-<source>`. */
  readonly group: string;
  /** A folder for files that are removed again. */
  readonly scratch: string;
  /** Called with each message that the spec refuses; dead letters are the bridge's, so null but for measurements. */
  readonly refused?: (message: LogMessage) => void;
}
