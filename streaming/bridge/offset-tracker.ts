/**
 * How far one partition is: messages are done in any order, but what may be committed ends below the first that is not. What lies below that end since
 * the last record is kept as runs of offsets, for the next one.
 */
import { OffsetSet } from '../../core/stream/offset-ranges.ts';
import type { Ownership } from './ownership.ts';
import type { PendingMessage } from './pending-message.ts';

/** Done places at the queue's head are given back when there are so many. */
const COMPACT_AT = 4096;

/** What is done below the committable end since it was last taken. */
export interface TrackedRuns {
  readonly read: OffsetSet;
  readonly deadLettered: OffsetSet;
  readonly skipped: OffsetSet;
  readonly inDoubt: OffsetSet;
  /** Of the messages' values. */
  bytes: number;
}

/** An offset up to which all is done, and how many messages that were. */
export interface Progress {
  readonly position: bigint;
  readonly settled: number;
}

export class OffsetTracker {
  readonly partition: number;
  private readonly ownerSeq: number;
  /** Messages that are still to come and may be on the bus already, published by whoever read the partition before. */
  private doubtful: number;
  private queue: PendingMessage[] = [];
  private head = 0;
  private runs = newRuns();
  private next: bigint | null = null;
  private recordedTo: Progress | null = null;
  private committedTo: bigint | null = null;
  private first: bigint | null = null;
  private lastRead: bigint | null = null;
  private read = 0;
  private settled = 0;
  private settledAtCommit = 0;
  private lastTimestampMs: number | null = null;

  constructor(partition: number, owner: Ownership) {
    this.partition = partition;
    this.ownerSeq = owner.seq;
    this.doubtful = owner.doubtful;
  }

  /** Place in the chain of the partition's owners, and the doubt that is left for the messages behind the last that came. */
  get ownership(): Ownership {
    return { seq: this.ownerSeq, doubtful: this.doubtful };
  }

  /** Offset of the last message that came; null before the first. */
  get lastReadOffset(): bigint | null {
    return this.lastRead;
  }

  /** Of the first message that came; null before it. */
  get firstOffset(): bigint | null {
    return this.first;
  }

  /** The offset that may be committed; null where nothing is done yet. */
  get position(): bigint | null {
    return this.next;
  }

  /** What a written record covers and the log has not taken yet; null where there is nothing to commit. */
  get toCommit(): Progress | null {
    return this.recordedTo === null || this.recordedTo.position === this.committedTo ? null : this.recordedTo;
  }

  /** Everything that was read is done and committed. */
  get isCommitted(): boolean {
    return this.isDrained && this.settledAtCommit === this.settled;
  }

  /** Messages that were read and are not committed. */
  get uncommitted(): number {
    return this.read - this.settledAtCommit;
  }

  /** Messages below the committable end that are not committed. */
  get committable(): number {
    return this.settled - this.settledAtCommit;
  }

  get isDrained(): boolean {
    return this.read === this.settled;
  }

  /** Runs that the next record has to name. */
  get runCount(): number {
    return this.runs.read.size;
  }

  /** Of the newest message that is done and below the committable end. */
  get doneTimestampMs(): number | null {
    return this.lastTimestampMs;
  }

  /** Takes the next message in, in the order of the log; says whether it may be on the bus already. */
  add(message: PendingMessage): void {
    this.queue.push(message);
    this.lastRead = message.offset;
    this.first ??= message.offset;
    this.read += 1;
    if (this.doubtful > 0) {
      this.doubtful -= 1;
      message.isInDoubt = true;
    }
  }

  done(message: PendingMessage): void {
    message.isDone = true;
    for (let first = this.queue[this.head]; first?.isDone === true; first = this.queue[this.head]) {
      this.settle(first);
      this.head += 1;
    }
    if (this.head === this.queue.length) {
      this.queue.length = 0;
      this.head = 0;
    } else if (this.head >= COMPACT_AT && this.head * 2 >= this.queue.length) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
  }

  /** What the next record names; from now on a new account is kept. null where nothing is done. */
  take(): TrackedRuns | null {
    if (this.runs.read.isEmpty) return null;
    const taken = this.runs;
    this.runs = newRuns();
    return taken;
  }

  /** What may be committed as soon as a record of it is written. */
  get progress(): Progress | null {
    return this.next === null ? null : { position: this.next, settled: this.settled };
  }

  recorded(progress: Progress): void {
    this.recordedTo = progress;
  }

  committed({ position, settled }: Progress): void {
    this.committedTo = position;
    this.settledAtCommit = settled;
  }

  private settle(message: PendingMessage): void {
    const { offset, fate, isInDoubt } = message;
    this.next = offset + 1n;
    this.settled += 1;
    this.lastTimestampMs = message.timestampMs;
    this.runs.read.add(offset);
    this.runs.bytes += message.sizeBytes;
    if (fate === 'dead_lettered') this.runs.deadLettered.add(offset);
    else if (fate === 'skipped') this.runs.skipped.add(offset);
    if (isInDoubt) this.runs.inDoubt.add(offset);
  }
}

function newRuns(): TrackedRuns {
  return { read: new OffsetSet(), deadLettered: new OffsetSet(), skipped: new OffsetSet(), inDoubt: new OffsetSet(), bytes: 0 };
}
