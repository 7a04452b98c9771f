/** How far a source's stream was collected, and what was said of it last. Folded from events. */
import type { OffsetTexts, StreamEventData } from '../../core/events/stream-event.ts';

export interface StreamState {
  /** Number of the sink's last batch that an event names; 0 for none. */
  batch: number;
  /** Bridge -> number of its last record that an event names. */
  readonly reads: Map<string, number>;
  /** Topic and partition -> offsets that were told of, the newest runs of them. */
  readonly read: Map<string, OffsetTexts>;
  /** Partition -> number of the last manifest of live candles that an event names. */
  readonly candles: Map<string, number>;
  /** Partition -> number of the last manifest of live findings that an event names. */
  readonly findings: Map<string, number>;
  /** What the newest record of a partition says. */
  readonly lag: Map<string, { readonly at: string; readonly lag_messages: number | null; readonly lag_ms: number | null }>;
  /** When the newest record was written, by the bridge's clock. */
  last_read_at: string | null;
  checked: StreamEventData['stream_checked'] | null;
}

export function emptyStream(): StreamState {
  return {
    batch: 0,
    reads: new Map(),
    read: new Map(),
    candles: new Map(),
    findings: new Map(),
    lag: new Map(),
    last_read_at: null,
    checked: null,
  };
}
