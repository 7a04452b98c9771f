/** A consumer of a group: reads ahead by one answer of each broker, pauses, and goes on by itself when brokers come back. */
import { setImmediate as afterWriting, setTimeout as wait } from 'node:timers/promises';
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogConsumer, LogConsumerOptions, LogEnd, LogPosition, TopicPartition } from '../../ports/message-log.ts';
import { NO_MESSAGES, type MessageRun } from '../../ports/message-run.ts';
import { kafkaTimes, type KafkaConnection } from './connection.ts';
import { Fetcher, type MessageFetcher } from './fetcher.ts';
import { GroupMember, nameOf } from './group-member.ts';
import { isOutOfRange, kafkaError } from './kafka-error.ts';
import { ReadAhead } from './read-ahead.ts';
import { waitMs } from './retry.ts';

export class KafkaConsumer implements LogConsumer {
  private readonly options: LogConsumerOptions;
  private readonly unavailableMs: number;
  private readonly member: GroupMember;
  private readonly fetcher: MessageFetcher;
  private readonly readAhead = new ReadAhead();
  private taken: MessageRun = NO_MESSAGES;
  /** Partitions that are read, and from where on. */
  private readonly positions = new Map<string, LogPosition>();
  private owned: readonly TopicPartition[] = [];
  private readonly paused = new Set<string>();
  private readonly busyNodes = new Set<number>();
  /** Counted up with every rebalance: what an older one asked for does not count any more. */
  private generation = 0;
  private isAsking = false;
  private isClosed = false;
  private failures = 0;
  private begun: () => void = () => undefined;
  private trouble: { readonly error: MarketsError; readonly sinceMs: number } | undefined;

  constructor(connection: KafkaConnection, options: LogConsumerOptions, fetcher: MessageFetcher = new Fetcher(connection, options)) {
    this.options = options;
    this.unavailableMs = kafkaTimes(connection).unavailableMs;
    this.fetcher = fetcher;
    this.member = new GroupMember(connection, options, {
      givenUp: async () => await this.giveUp(),
      // A commit that comes later would move what the next reader has committed.
      gone: () => {
        this.owned = [];
      },
      joined: (places) => void this.begin(places),
      trouble: (error) => this.note(error),
    });
  }

  /** Until the first partitions can be read; there may be none, where the group has more members than partitions. */
  async join(): Promise<void> {
    const begun = new Promise<void>((resolve) => {
      this.begun = resolve;
    });
    await this.member.join();
    await Promise.race([begun, wait(this.unavailableMs, undefined, { ref: false })]);
    this.throwTrouble();
  }

  async next(signal: AbortSignal): Promise<MessageRun> {
    this.giveBack();
    while (!signal.aborted) {
      // Whoever takes them may be busy with them for long: the request for the next ones is written before.
      if (this.readAhead.hasMessages()) await afterWriting();
      const messages = this.readAhead.take();
      if (messages.length > 0) {
        this.taken = messages;
        this.ask();
        return messages;
      }
      if (this.isClosed) throw new MarketsError('INTERNAL', 'A consumer that was closed is read.');
      this.ask();
      this.throwTrouble();
      await this.readAhead.change(signal);
    }
    return NO_MESSAGES;
  }

  /** What was taken last is done with. */
  private giveBack(): void {
    if (!this.readAhead.hasMoreOf(this.taken)) this.fetcher.giveBack(this.taken);
    this.taken = NO_MESSAGES;
  }

  pause(places: readonly TopicPartition[]): void {
    for (const place of places) this.paused.add(nameOf(place));
  }

  resume(places: readonly TopicPartition[]): void {
    for (const place of places) this.paused.delete(nameOf(place));
    this.ask();
  }

  async commit(positions: readonly LogPosition[]): Promise<readonly LogPosition[]> {
    const owned = new Set(this.owned.map(nameOf));
    const own = positions.filter((position) => owned.has(nameOf(position)));
    return own.length > 0 && (await this.member.commit(own)) ? own : [];
  }

  assignment(): readonly TopicPartition[] {
    return this.owned;
  }

  async ends(): Promise<readonly LogEnd[]> {
    const places = this.owned;
    const ends = await this.member.ends(places);
    return places.map((place) => ({
      ...place,
      end: ends.get(nameOf(place)) ?? 0n,
      position: this.readAhead.first(place) ?? this.positions.get(nameOf(place))?.offset ?? null,
    }));
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.generation++;
    this.positions.clear();
    this.readAhead.clear();
    await Promise.all([this.member.close(), this.fetcher.close()]);
  }

  /** Before a rebalance. What was read ahead is dropped: whoever has the partition next reads it. */
  private async giveUp(): Promise<void> {
    this.generation++;
    this.positions.clear();
    this.paused.clear();
    this.readAhead.clear();
    const places = this.owned;
    try {
      if (places.length > 0) await this.options.revoked?.(places);
    } catch (error) {
      this.note(kafkaError(error, 'What was done could not be committed before a rebalance.'));
    }
  }

  private async begin(places: readonly TopicPartition[]): Promise<void> {
    const generation = ++this.generation;
    const isStale = (): boolean => this.isClosed || this.generation !== generation;
    try {
      const positions = await this.member.positions(places, isStale);
      if (isStale()) return;
      this.owned = places;
      for (const position of positions) this.positions.set(nameOf(position), position);
      if (places.length > 0) this.options.assigned?.(places);
      this.begun();
      this.ask();
    } catch (error) {
      if (isStale()) return;
      this.note(kafkaError(error, 'The partitions of a group cannot be read.'));
      await wait(waitMs(this.failures++));
      if (!isStale()) await this.begin(places);
    }
  }

  /** Asks every broker that is not being asked, where there is room for what it answers. */
  private ask(): void {
    if (this.isAsking || this.isClosed || this.readAhead.isFull()) return;
    const wanted = [...this.positions].filter(([name]) => !this.paused.has(name)).map(([, position]) => position);
    if (wanted.length === 0) return;
    this.isAsking = true;
    void this.askLeaders(wanted).then((isAsked) => {
      this.isAsking = false;
      // Also while nobody waits in `next`: what was in trouble is found well again by asking.
      if (!isAsked) this.ask();
    });
  }

  /** Whether the leaders could be found; if not, some time has passed, or there was a rebalance. */
  private async askLeaders(wanted: readonly LogPosition[]): Promise<boolean> {
    const { generation } = this;
    try {
      const byLeader = await this.fetcher.leaders(wanted);
      // Other partitions by now: theirs are looked up at once.
      if (this.generation !== generation) return false;
      for (const [node, places] of byLeader) {
        // An answer may have come while the leaders were looked up: what it brought is not asked for again.
        const positions = places.map(nameOf).flatMap((name) => this.positions.get(name) ?? []);
        if (!this.busyNodes.has(node)) void this.askNode(node, positions, generation);
      }
      return true;
    } catch (error) {
      await this.fail(error);
      return false;
    }
  }

  private async askNode(node: number, positions: readonly LogPosition[], generation: number): Promise<void> {
    this.busyNodes.add(node);
    try {
      const fetched = await this.fetcher.fetch(node, positions);
      this.note(undefined);
      if (this.generation === generation) {
        for (const { position, next, messages } of fetched) {
          this.positions.set(nameOf(position), { ...position, offset: next });
          this.readAhead.add(messages);
        }
      }
    } catch (error) {
      if (isOutOfRange(error)) await this.backInRange(positions, generation).catch(async (fault: unknown) => await this.fail(fault));
      else await this.fail(error);
    } finally {
      this.busyNodes.delete(node);
    }
    this.ask();
  }

  /** Retention has removed what was to be read next (it goes on behind it), or the log ends before the position (it goes on there). */
  private async backInRange(positions: readonly LogPosition[], generation: number): Promise<void> {
    const [begins, ends] = await Promise.all([this.member.begins(positions), this.member.ends(positions)]);
    if (this.generation !== generation) return;
    for (const position of positions) {
      const begin = begins.get(nameOf(position)) ?? 0n;
      const end = ends.get(nameOf(position)) ?? begin;
      const offset = position.offset < begin ? begin : position.offset > end ? end : position.offset;
      this.positions.set(nameOf(position), { ...position, offset });
    }
  }

  private async fail(error: unknown): Promise<void> {
    if (this.isClosed) return;
    this.note(kafkaError(error, 'Messages cannot be read from the brokers.'));
    this.fetcher.forgetLeaders();
    await wait(waitMs(this.failures++));
    this.readAhead.wake();
  }

  private note(error: MarketsError | undefined): void {
    if (error === undefined) {
      this.trouble = undefined;
      this.failures = 0;
    } else {
      this.trouble = { error, sinceMs: this.trouble?.sinceMs ?? performance.now() };
    }
    this.readAhead.wake();
  }

  /** At once where waiting does not help, else after `unavailableMs` of nothing but trouble. */
  private throwTrouble(): void {
    if (this.trouble === undefined) return;
    const { error, sinceMs } = this.trouble;
    if (error.code === 'STREAM_DENIED' || performance.now() - sinceMs > this.unavailableMs) throw error;
  }
}
