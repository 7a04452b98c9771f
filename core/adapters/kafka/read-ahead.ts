/** Messages that came from the brokers and were not taken yet, bounded; whoever waits for them is woken. */
import type { LogMessage, TopicPartition } from '../../ports/message-log.ts';

/** What `next` gives at a time: all of an answer of messages that are not very small. */
const TAKE_MAX = 8192;
/** Above either no broker is asked for more: what is under way (one answer of each broker) may still come on top. */
const HELD_MAX = 8192;
const HELD_BYTES_MAX = 16 * 1024 * 1024;
/** A waiting reader looks for trouble this often, also when nothing wakes it. */
const LOOK_MS = 1000;

export class ReadAhead {
  private runs: (readonly LogMessage[])[] = [];
  private held = 0;
  private heldBytes = 0;
  private readonly waiting = new Set<() => void>();

  add(messages: readonly LogMessage[]): void {
    if (messages.length === 0) return;
    this.runs.push(messages);
    this.held += messages.length;
    this.heldBytes += bytesOf(messages);
    this.wake();
  }

  take(): readonly LogMessage[] {
    const [first] = this.runs;
    if (first === undefined) return [];
    this.runs.shift();
    const taken = first.length > TAKE_MAX ? first.slice(0, TAKE_MAX) : first;
    if (taken.length < first.length) this.runs.unshift(first.slice(TAKE_MAX));
    this.held -= taken.length;
    this.heldBytes -= bytesOf(taken);
    return taken;
  }

  /** The next message of the partition that is given; undefined where none is held. Each run is of one partition. */
  first({ topic, partition }: TopicPartition): bigint | undefined {
    return this.runs.map(([message]) => message).find((message) => message?.topic === topic && message.partition === partition)?.offset;
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

function bytesOf(messages: readonly LogMessage[]): number {
  let bytes = 0;
  for (const { key, value } of messages) bytes += (key?.length ?? 0) + (value?.length ?? 0);
  return bytes;
}
