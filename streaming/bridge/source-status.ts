/** What is known of one source while the bridge works on it: for metrics, probes and the end of the command. */
import { LatencyBuckets } from '../../core/telemetry/latency-buckets.ts';

export type SourceState = 'starting' | 'reading' | 'failing' | 'failed' | 'ended';

export interface PartitionLag {
  readonly messages: number | null;
  readonly seconds: number | null;
}

export interface DeliveryState {
  /** Messages that were read and not acknowledged by the bus, and their bytes. */
  readonly inFlight: number;
  readonly inFlightBytes: number;
  /** Monotonic milliseconds since when the bus rejects; null while it does not. */
  readonly rejectingSince: number | null;
}

export class SourceStatus {
  readonly source: string;
  state: SourceState = 'starting';
  /** Code of the error that it fails with; null while it does not. */
  failure: string | null = null;
  read = 0;
  published = 0;
  skipped = 0;
  readonly deadLettered = new Map<string, number>();
  readonly latency = new LatencyBuckets();
  readonly lag = new Map<number, PartitionLag>();
  /** Newest time that the log gave a message; null before the first. */
  lastTimestampMs: number | null = null;
  /** What is under way, as it is at the moment of asking; null while the source is not open. */
  delivery: DeliveryState | null = null;
  /** Monotonic milliseconds since when the store refuses records; null while it does not. */
  storeFailingSince: number | null = null;
  records = 0;

  constructor(source: string) {
    this.source = source;
  }

  get deadLetters(): number {
    let sum = 0;
    for (const count of this.deadLettered.values()) sum += count;
    return sum;
  }
}
