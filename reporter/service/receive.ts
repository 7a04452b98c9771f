/** One message, whichever way it came: read, judged, and handed to the pipeline. */
import { isMarketsError } from '../../core/errors/markets-error.ts';
import type { Logger } from '../../core/telemetry/logger.ts';
import { momentOf, type Time } from '../../core/time/time.ts';
import type { MessageFinding, MessageForm } from '../event/event-reader.ts';
import type { EventReaders } from '../event/event-readers.ts';
import type { TradeEvent } from '../event/trade-event.ts';
import type { ArrivalWay } from '../pipeline/arrival.ts';
import type { RefusalCode } from './refusal.ts';
import type { ReportingPipeline } from './reporting-pipeline.ts';

export interface IncomingMessage {
  readonly source: string;
  readonly message: Uint8Array;
  readonly form: MessageForm;
  readonly via: ArrivalWay;
}

export type Received =
  /** Durable: the sender may forget it. */
  | { readonly event: TradeEvent }
  /** No trade; nothing is owed. */
  | { readonly skipped: true }
  | { readonly refused: RefusalCode; readonly findings: readonly MessageFinding[] };

export interface Receiver {
  /** Never throws: whatever went wrong, the sender keeps the message. */
  receive(incoming: IncomingMessage): Promise<Received>;
  /** Events that are durable, by way and source. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface ReceiverParts {
  readonly readers: EventReaders;
  readonly pipeline: Pick<ReportingPipeline, 'accept'>;
  readonly time: Pick<Time, 'nowMs'>;
  readonly messageBytesMax: number;
  readonly logger: Logger;
}

export function createReceiver({ readers, pipeline, time, messageBytesMax, logger }: ReceiverParts): Receiver {
  const counts = new Map<string, number>();
  return {
    counts,
    async receive({ source, message, form, via }) {
      if (message.length > messageBytesMax) return refused('MESSAGE_TOO_LARGE');
      const reader = readers.of(source);
      if (reader === undefined) return refused('SOURCE_UNKNOWN');
      try {
        const reading = reader.read(message, form, momentOf(time.nowMs()));
        if ('skipped' in reading) return reading;
        if ('findings' in reading) return refused('MESSAGE_REFUSED', reading.findings);
        const acceptance = await pipeline.accept({ event: reading.event, message, form, via });
        if (acceptance === 'full') return refused('PIPELINE_FULL');
        if (acceptance === 'draining') return refused('DRAINING');
        const key = countKey(via, source);
        counts.set(key, (counts.get(key) ?? 0) + 1);
        return { event: reading.event };
      } catch (error) {
        const code = isMarketsError(error) ? error.code : 'INTERNAL';
        logger.log('error', 'event_not_received', { source, via, code });
        return refused(code === 'INTERNAL' || code === 'ENGINE_INVARIANT' ? 'INTERNAL' : 'LEDGER_UNAVAILABLE');
      }
    },
  };
}

function refused(code: RefusalCode, findings: readonly MessageFinding[] = []): Received {
  return { refused: code, findings };
}

export function countKey(via: string, source: string): string {
  return `${via} ${source}`;
}
