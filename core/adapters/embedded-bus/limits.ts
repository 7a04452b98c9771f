/** Every bound of the embedded bus. */

/** A segment that is larger is closed at the next write. */
export const SEGMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Records of one batch, which is written and checked as a whole. */
export const BATCH_RECORDS_MAX = 4096;
/** A batch is closed at the first record above it. */
export const BATCH_BYTES_MAX = 1024 * 1024;
/** One message with its key, headers and framing. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** What one group commit writes before it syncs. */
export const COMMIT_BYTES_MAX = 8 * 1024 * 1024;
/** A commit that is no larger is given to the system without another thread. */
export const WRITE_AT_ONCE_BYTES_MAX = 64 * 1024;
/** Behind a batch of a publisher, messages are gathered for so long, or up to so many, before the next one: each batch costs a sync. */
export const GATHER_MS = 10;
export const GATHERED_MESSAGES_MAX = 1000;
/** What waits in this process to be written, of one partition; above it, senders wait. */
export const QUEUED_BYTES_MAX = 32 * 1024 * 1024;
/** Messages that `next` gives at a time. */
export const NEXT_MESSAGES_MAX = 4000;
/** Read from a segment at a time. A larger batch is read alone. */
export const READ_BYTES = 1024 * 1024;
/** How often a reader looks whether something came. */
export const POLL_MS = 10;
/** How long a writer waits between two tries for a partition that another process writes. */
export const LOCK_RETRY_MS = 2;
/** A writer that does not get the partition within this time gives up. */
export const LOCK_WAIT_MS_MAX = 60_000;
/** How long a statement on the state waits for other processes. */
export const STATE_WAIT_MS = 10_000;
export const PARTITIONS_MAX = 1024;
/** Partitions of a topic of the message bus: how many processes can share a subscription. */
export const BUS_PARTITIONS = 4;
/** Messages without a key that go to one partition before the next one has its turn: what is sent at once is written and synced once, not once a partition. */
export const TURN_MESSAGES = 32;
/** Settled messages that a subscription remembers because an older one is not done. */
export const SETTLED_MAX = 100_000;

/** Times of groups and of what is kept. Tests shorten them. */
export interface EmbeddedBusTimes {
  /** How often a member says that it lives, and looks at who shares with it. */
  readonly heartbeatMs: number;
  /** A member that said nothing for so long has left. */
  readonly sessionMs: number;
  /** Closed segments go when their last message is older. */
  readonly retentionMs: number;
  /** Closed segments above this size of a partition go, oldest first, where every group has read them. */
  readonly retentionBytes: number;
}

export const DEFAULT_TIMES: EmbeddedBusTimes = {
  heartbeatMs: 500,
  sessionMs: 10_000,
  retentionMs: 7 * 24 * 60 * 60 * 1000,
  retentionBytes: 1024 * 1024 * 1024,
};
