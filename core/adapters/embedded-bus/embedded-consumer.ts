/** A member of a group on the embedded bus: claims its share of the partitions, reads them in turn and says how far it is. */
import { randomUUID } from 'node:crypto';
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogConsumer, LogConsumerOptions, LogEnd, LogPosition, TopicPartition } from '../../ports/message-log.ts';
import { NO_MESSAGES, type MessageRun } from '../../ports/message-run.ts';
import { placeName, type BusState, type GroupMember } from './bus-state.ts';
import { NEXT_MESSAGES_MAX, POLL_MS, type EmbeddedBusTimes } from './limits.ts';
import { partitionBounds, PartitionReader } from './partition-reader.ts';

/** A partition that is read, until it is taken away: what is read just then is finished before its file is closed. */
class Assigned {
  readonly place: TopicPartition;
  private readonly reader: PartitionReader;
  private reading: Promise<MessageRun> = Promise.resolve(NO_MESSAGES);

  constructor(place: TopicPartition, reader: PartitionReader) {
    this.place = place;
    this.reader = reader;
  }

  async read(): Promise<MessageRun> {
    this.reading = this.reader.read(NEXT_MESSAGES_MAX);
    return await this.reading;
  }

  async close(): Promise<void> {
    await this.reading.catch(() => NO_MESSAGES);
    await this.reader.close();
  }

  /** The offset of the next message. */
  position(): bigint {
    return this.reader.position();
  }
}

export class EmbeddedConsumer implements LogConsumer {
  private readonly folder: string;
  private readonly state: BusState;
  private readonly options: LogConsumerOptions;
  private readonly times: EmbeddedBusTimes;
  private readonly me: GroupMember;
  private readonly partitions = new Map<string, Assigned>();
  private readonly paused = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private balancing: Promise<void> | undefined;
  private failure: unknown;
  private isClosed = false;
  private turn = 0;

  constructor(folder: string, state: BusState, options: LogConsumerOptions, times: EmbeddedBusTimes) {
    this.folder = folder;
    this.state = state;
    this.options = options;
    this.times = times;
    this.me = { group: options.group, member: `${options.clientId}-${randomUUID()}`, topics: [...new Set(options.topics)].sort() };
  }

  /** Joins the group. STREAM_TOPIC_MISSING. */
  async join(): Promise<void> {
    for (const topic of this.me.topics) this.state.partitions(topic);
    await this.beat();
    this.timer = setInterval(() => void this.beat(), this.times.heartbeatMs);
    this.timer.unref();
    if (this.failure !== undefined) throw this.failure as Error;
  }

  async next(signal: AbortSignal): Promise<MessageRun> {
    while (!signal.aborted) {
      if (this.failure !== undefined) throw this.failure as Error;
      if (this.isClosed) throw new MarketsError('INTERNAL', 'A consumer that was closed is read.');
      const messages = await this.readOnce();
      if (messages.length > 0) return messages;
      await pause(signal);
    }
    return NO_MESSAGES;
  }

  pause(places: readonly TopicPartition[]): void {
    for (const place of places) this.paused.add(placeName(place));
  }

  resume(places: readonly TopicPartition[]): void {
    for (const place of places) this.paused.delete(placeName(place));
  }

  async commit(positions: readonly LogPosition[]): Promise<readonly LogPosition[]> {
    await Promise.resolve();
    return this.state.commit(this.me, positions);
  }

  assignment(): readonly TopicPartition[] {
    return [...this.partitions.values()].map(({ place }) => place);
  }

  async ends(): Promise<readonly LogEnd[]> {
    return await Promise.all(
      [...this.partitions.values()].map(async (assigned) => ({
        ...assigned.place,
        end: (await partitionBounds(this.folder, assigned.place)).end,
        position: assigned.position(),
      })),
    );
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.timer);
    await this.balancing;
    const assigned = [...this.partitions.values()];
    this.partitions.clear();
    for (const each of assigned) await each.close();
    this.state.leave(this.me);
  }

  /** Of the first partition that has some, beginning with another one each time, so that none starves. */
  private async readOnce(): Promise<MessageRun> {
    const names = [...this.partitions.keys()];
    const first = ++this.turn;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[(index + first) % names.length] ?? '';
      const assigned = this.partitions.get(name);
      if (assigned === undefined || this.paused.has(name)) continue;
      const messages = await assigned.read();
      // Taken away while it was read, perhaps given back since: it is read again from where it begins then.
      if (messages.length > 0 && this.partitions.get(name) === assigned) return messages;
    }
    return NO_MESSAGES;
  }

  /** One at a time; a revoked callback may take longer than a heartbeat, and the member stays alive meanwhile. */
  private async beat(): Promise<void> {
    try {
      const claims = this.state.heartbeat(this.me, Date.now(), this.times.sessionMs);
      if (this.balancing !== undefined) return;
      this.balancing = this.balance(claims.held, claims.surplus);
      await this.balancing;
    } catch (error) {
      this.failure ??= error;
    } finally {
      this.balancing = undefined;
    }
  }

  private async balance(held: readonly TopicPartition[], surplus: readonly TopicPartition[]): Promise<void> {
    const heldNames = new Set(held.map(placeName));
    const surplusNames = new Set(surplus.map(placeName));
    const gone = [...this.partitions.values()].filter(
      ({ place }) => !heldNames.has(placeName(place)) || surplusNames.has(placeName(place)),
    );
    for (const { place } of gone) {
      this.partitions.delete(placeName(place));
      this.paused.delete(placeName(place));
    }
    for (const each of gone) await each.close();
    if (gone.length > 0) await this.options.revoked?.(gone.map(({ place }) => place));
    if (surplus.length > 0) this.state.release(this.me, surplus);
    const fresh = held.filter((place) => !this.partitions.has(placeName(place)) && !surplusNames.has(placeName(place)));
    if (fresh.length === 0) return;
    const begun = await Promise.all(fresh.map(async (place) => new Assigned(place, await this.open(place))));
    this.options.assigned?.(fresh);
    for (const each of begun) this.partitions.set(placeName(each.place), each);
  }

  private async open(place: TopicPartition): Promise<PartitionReader> {
    const own = await this.options.positionOf?.(place);
    const position = own ?? this.state.position(this.options.group, place);
    if (position !== undefined) return new PartitionReader(this.folder, place, position);
    const { begin, end } = await partitionBounds(this.folder, place);
    return new PartitionReader(this.folder, place, this.options.from === 'earliest' ? begin : end);
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, POLL_MS);
    signal.addEventListener('abort', done, { once: true });
  });
}
