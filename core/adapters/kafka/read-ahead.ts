/** Messages that came from the brokers and were not taken yet, bounded; whoever waits for them is woken. */
import type { TopicPartition } from '../../ports/message-log.ts';
import { NO_MESSAGES, type MessageRun } from '../../ports/message-run.ts';

/** What `next` gives at a time: all of an answer of messages that are not very small. */
const TAKE_MAX = 8192;
/** Above either no broker is asked for more: what is under way (one answer of each broker) may still come on top. */
const HELD_MAX = 8192;
const HELD_BYTES_MAX = 16 * 1024 * 1024;
/** A waiting reader looks for trouble this often, also when nothing wakes it. */
const LOOK_MS = 1000;

export class ReadAhead {
  private runs: MessageRun[] = [];
  private held = 0;
  private heldBytes = 0;
  private readonly waiting = new Set<() => void>();

  add(run: MessageRun): void {
    if (run.length === 0) return;
    this.runs.push(run);
    this.held += run.length;
    this.heldBytes += run.sizeBytes();
    this.wake();
  }

  take(): MessageRun {
    const first = this.runs.shift();
    if (first === undefined) return NO_MESSAGES;
    const taken = first.length > TAKE_MAX ? first.slice(0, TAKE_MAX) : first;
    if (taken.length < first.length) this.runs.unshift(first.slice(TAKE_MAX));
    this.held -= taken.length;
    this.heldBytes -= taken.sizeBytes();
    return taken;
  }

  /** The next message of the partition that is given; undefined where none is held. */
  first({ topic, partition }: TopicPartition): bigint | undefined {
    return this.runs.find((run) => run.topic === topic && run.partition === partition)?.message(0).offset;
  }

  /** Whether more messages of the same answer are held. */
  hasMoreOf({ bytes }: MessageRun): boolean {
    return this.runs.some((run) => run.bytes === bytes);
  }

  hasMessages(): boolean {
    return this.held > 0;
  }

  isFull(): boolean {
    return this.held >= HELD_MAX || this.heldBytes >= HELD_BYTES_MAX;
  }

  clear(): void {
    this.runs = [];
    this.held = 0;
    this.heldBytes = 0;
    this.wake();
  }

  wake(): void {
    for (const wake of this.waiting) wake();
  }

  /** Resolves when something changed, the signal aborts, or after a while. */
  async change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, LOOK_MS);
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }
}
