/** A message between the log and the bus: what is known of it until it is done. */
import type { BusPublisher, NewBusMessage } from '../../core/ports/message-bus.ts';
import type { OffsetTracker } from './offset-tracker.ts';

export type MessageFate = 'published' | 'dead_lettered' | 'skipped';

export interface PendingMessage {
  readonly tracker: OffsetTracker;
  readonly offset: bigint;
  readonly timestampMs: number;
  /** Of the value in the log. */
  readonly sizeBytes: number;
  /** Its place among all that the process has read for the source. */
  readonly readSeq: number;
  /** On the monotonic clock, milliseconds. */
  readonly readAtMs: number;
  readonly fate: MessageFate;
  /** Finding codes of a dead letter; for the metrics. */
  readonly codes: readonly string[];
  /** Where it goes and as what; null for what is skipped. */
  readonly outgoing: { readonly publisher: BusPublisher; readonly message: NewBusMessage } | null;
  /** It may be on the bus twice. */
  isInDoubt: boolean;
  isDone: boolean;
}
