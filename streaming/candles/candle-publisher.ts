/** Publishes committed candles, again and again until the bus takes them. What waits is part of the partition's state, so that a crash loses none. */
import type { BusPublisher } from '../../core/ports/message-bus.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Time } from '../../core/time/time.ts';
import type { Candle } from './candle.ts';
import { candleMessage } from './candle-output.ts';

const BACKOFF_MS_MIN = 200;
const BACKOFF_MS_MAX = 15_000;
/** Candles that wait; above it reading waits too. */
export const OUTBOX_MAX = 200_000;

export class CandlePublisher {
  /** Committed and not published for sure. */
  waiting: readonly Candle[] = [];
  /** Called with candles when the bus has taken them. */
  onPublished: (candles: readonly Candle[]) => void = () => undefined;
  private readonly publisher: BusPublisher;
  private readonly source: string;
  private readonly partition: number;
  private readonly time: Pick<Time, 'wait'>;
  private readonly logger: Logger;
  private running: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  constructor(
    publisher: BusPublisher,
    place: { readonly source: string; readonly partition: number },
    time: Pick<Time, 'wait'>,
    logger: Logger,
  ) {
    this.publisher = publisher;
    this.source = place.source;
    this.partition = place.partition;
    this.time = time;
    this.logger = logger;
  }

  /** They are committed: publishes them behind those that wait. */
  add(candles: readonly Candle[]): void {
    if (candles.length > 0) this.waiting = [...this.waiting, ...candles];
    if (this.waiting.length > 0) this.running ??= this.run().finally(() => (this.running = null));
  }

  /** Until nothing waits, or stop() was called. */
  async settled(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  /** Gives up after the attempt at hand: whoever reads the partition next publishes what waits. */
  stop(): void {
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    for (let backoffMs = BACKOFF_MS_MIN; this.waiting.length > 0 && !this.stopping.signal.aborted;) {
      const batch = this.waiting;
      try {
        await Promise.all(batch.map(async (candle) => await this.publisher.publish(candleMessage(this.source, this.partition, candle))));
        this.waiting = this.waiting.slice(batch.length);
        this.onPublished(batch);
        backoffMs = BACKOFF_MS_MIN;
      } catch (error) {
        // Some may be there; they come again, named by their revision.
        const code = isMarketsError(error) ? error.code : 'INTERNAL';
        this.logger.log('warn', 'candles_not_published', { source: this.source, partition: this.partition, code, waiting: batch.length });
        await this.time.wait(backoffMs, this.stopping.signal);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX);
      }
    }
  }
}
