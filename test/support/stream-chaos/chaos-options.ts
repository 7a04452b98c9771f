/** What the test of many messages and the processes that it starts agree on. */
export const PROJECT = 'markets-test';

export interface BridgeOptions {
  readonly broker: string;
  /** HOST:PORT of what stands before the Pub/Sub emulator. */
  readonly pubsub: string;
  readonly root: string;
  readonly writer: string;
  readonly untilIdleSeconds: number | null;
}

export interface BridgeLine {
  /** Messages that the bus has, good ones and dead letters, of this process. */
  readonly done: number;
  /** It has partitions. */
  readonly isReading: boolean;
}

export interface SinkOptions {
  /** HOST:PORT of the Pub/Sub emulator. */
  readonly pubsub: string;
  readonly root: string;
}

export interface SinkLine {
  /** In committed batches. */
  readonly rows: number;
  /** Requests in a row that brought nothing, of the subscription that had something last. */
  readonly emptyPulls: number;
  /** `partition/offset` of what was published more than once; only in the last line. */
  readonly twice?: readonly string[];
}
