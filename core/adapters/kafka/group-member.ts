/**
 * Membership of a consumer group, by the classic protocol: at every rebalance all partitions are given up, and before the brokers hear of it the
 * caller's `revoked` has committed what is done. The library rejoins by itself where the brokers answer; where that fails, this tries again.
 */
import { Consumer, type GroupAssignment } from '@platformatic/kafka';
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogConsumerOptions, LogPosition, TopicPartition } from '../../ports/message-log.ts';
import { clientOptions, kafkaTimes, type KafkaConnection, type KafkaTimes } from './connection.ts';
import { isGroupMoved, kafkaError } from './kafka-error.ts';
import { tryAgain, waitMs } from './retry.ts';
import { setTimeout as wait } from 'node:timers/promises';

const READ_COMMITTED = 1;
const EVERY_MESSAGE = 0;
const LATEST = -1n;
const EARLIEST = -2n;

export interface GroupEvents {
  /** Before a rebalance: nothing more is read of these, and what is done may be committed. */
  readonly givenUp: () => Promise<void>;
  /** From now on others may read them, whether `givenUp` is done or not. */
  readonly gone: () => void;
  readonly joined: (places: readonly TopicPartition[]) => void;
  /** The group cannot be joined for now (undefined: it was). */
  readonly trouble: (error: MarketsError | undefined) => void;
}

export class GroupMember {
  private readonly consumer: Consumer;
  private readonly options: LogConsumerOptions;
  private readonly times: KafkaTimes;
  private readonly events: GroupEvents;
  private isClosed = false;
  private isRejoining = false;

  constructor(connection: KafkaConnection, options: LogConsumerOptions, events: GroupEvents) {
    this.options = options;
    this.events = events;
    this.times = kafkaTimes(connection);
    this.consumer = new Consumer({
      ...clientOptions(connection, options.clientId),
      groupId: options.group,
      groupProtocol: 'classic',
      autocommit: false,
      isolationLevel: READ_COMMITTED,
      sessionTimeout: this.times.sessionMs,
      rebalanceTimeout: this.times.rebalanceMs,
      heartbeatInterval: this.times.heartbeatMs,
      protocols: [{ name: 'roundrobin', version: 1 }],
      // Asked before every join, and waited for: the one place before others may read what this member had.
      protocolsMetadata: async () => await this.beforeJoin(),
    });
    for (const topic of new Set(options.topics)) this.consumer.topics.track(topic);
    this.consumer.on('consumer:group:join', ({ assignments }) => {
      this.events.joined(placesOf(assignments ?? []));
    });
    // Of a rejoin that failed: the library would leave it at that.
    this.consumer.on('error', () => void this.rejoin());
  }

  async join(): Promise<void> {
    await tryAgain({ what: `The group ${this.options.group} cannot be joined.`, withinMs: this.times.unavailableMs }, async () => {
      await this.consumer.metadata({ topics: [...this.options.topics], forceUpdate: true });
      await this.consumer.joinGroup();
    });
  }

  /** Where each partition is read from: the caller's own position, else what the group committed, else as asked. */
  async positions(places: readonly TopicPartition[], isStale: () => boolean): Promise<readonly LogPosition[]> {
    const own = await Promise.all(places.map(async (place) => ({ place, offset: await this.options.positionOf?.(place) })));
    const open = own.filter(({ offset }) => offset === undefined).map(({ place }) => place);
    const rules = { what: 'The positions of a group cannot be read.', withinMs: this.times.unavailableMs, isStopped: isStale };
    const committed = await tryAgain(rules, async () => await this.committed(open));
    const fresh = open.filter((place) => !committed.has(nameOf(place)));
    const begin = await tryAgain(
      rules,
      async () => await this.offsets(fresh, this.options.from === 'earliest' ? EARLIEST : LATEST, READ_COMMITTED),
    );
    return own.map(({ place, offset }) => ({ ...place, offset: offset ?? committed.get(nameOf(place)) ?? begin.get(nameOf(place)) ?? 0n }));
  }

  /** One above the last message of each. */
  async ends(places: readonly TopicPartition[]): Promise<ReadonlyMap<string, bigint>> {
    const rules = { what: 'The ends of a topic cannot be read.', withinMs: this.times.unavailableMs };
    return await tryAgain(rules, async () => await this.offsets(places, LATEST, EVERY_MESSAGE));
  }

  /** The first message of each that is still there. */
  async begins(places: readonly TopicPartition[]): Promise<ReadonlyMap<string, bigint>> {
    const rules = { what: 'The beginnings of a topic cannot be read.', withinMs: this.times.unavailableMs };
    return await tryAgain(rules, async () => await this.offsets(places, EARLIEST, EVERY_MESSAGE));
  }

  /** false where the group has given the partitions to others meanwhile, or is without this member: nothing was committed. */
  async commit(positions: readonly LogPosition[]): Promise<boolean> {
    const rules = { what: 'The positions of a group cannot be committed.', withinMs: this.times.unavailableMs, isFinal: isGroupMoved };
    try {
      return await tryAgain(rules, async () => {
        if (this.consumer.memberId === null) return false;
        await this.consumer.commit({
          offsets: positions.map(({ topic, partition, offset }) => ({ topic, partition, offset, leaderEpoch: -1 })),
        });
        return true;
      });
    } catch (error) {
      if (!(error instanceof MarketsError) || !isGroupMoved(error.cause)) throw error;
      return false;
    }
  }

  /** Leaves the group where the brokers answer; they notice by themselves else. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.consumer.close(true).catch(() => undefined);
  }

  private async beforeJoin(): Promise<Buffer> {
    const patience = new AbortController();
    const late = wait(this.times.revokeMs, undefined, { signal: patience.signal }).catch(() => undefined);
    try {
      await Promise.race([this.events.givenUp(), late]);
    } finally {
      patience.abort();
    }
    this.events.gone();
    return Buffer.alloc(0);
  }

  private async rejoin(): Promise<void> {
    if (this.isRejoining || this.isClosed) return;
    this.isRejoining = true;
    for (let attempt = 0; !this.isClosed; attempt++) {
      try {
        await this.consumer.joinGroup();
        this.events.trouble(undefined);
        break;
      } catch (error) {
        this.events.trouble(kafkaError(error, `The group ${this.options.group} cannot be joined again.`));
        await wait(waitMs(attempt));
      }
    }
    this.isRejoining = false;
  }

  private async committed(places: readonly TopicPartition[]): Promise<Map<string, bigint>> {
    const known = new Map<string, bigint>();
    if (places.length === 0) return known;
    const answered = await this.consumer.listCommittedOffsets({ topics: assignmentsOf(places) });
    for (const place of places) {
      const offset = answered.get(place.topic)?.[place.partition];
      if (offset !== undefined && offset >= 0n) known.set(nameOf(place), offset);
    }
    return known;
  }

  private async offsets(places: readonly TopicPartition[], timestamp: bigint, isolationLevel: number): Promise<Map<string, bigint>> {
    const known = new Map<string, bigint>();
    if (places.length === 0) return known;
    const assignments = assignmentsOf(places);
    const answered = await this.consumer.listOffsets({
      topics: assignments.map(({ topic }) => topic),
      partitions: Object.fromEntries(assignments.map(({ topic, partitions }) => [topic, partitions])),
      timestamp,
      isolationLevel,
    });
    for (const place of places) known.set(nameOf(place), answered.get(place.topic)?.[place.partition] ?? 0n);
    return known;
  }
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function placesOf(assignments: readonly GroupAssignment[]): readonly TopicPartition[] {
  return assignments.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}

function assignmentsOf(places: readonly TopicPartition[]): GroupAssignment[] {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of places) byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
  return [...byTopic].map(([topic, partitions]) => ({ topic, partitions }));
}
