/**
 * What the embedded bus knows besides messages: topics, subscriptions, members of groups, which partition each member has claimed, and how far each
 * group is. A database of SQLite, so that every change is one transaction among all processes of the machine, and durable.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { MarketsError } from '../../errors/markets-error.ts';
import type { LogPosition, TopicPartition } from '../../ports/message-log.ts';
import { STATE_WAIT_MS } from './limits.ts';

const TABLES = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS subscriptions (subscription TEXT PRIMARY KEY, topic TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS members (
    consumer_group TEXT NOT NULL, member TEXT NOT NULL, topics TEXT NOT NULL, heartbeat_ms REAL NOT NULL, PRIMARY KEY (consumer_group, member)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS claims (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, member TEXT NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS positions (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, position TEXT NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
  ) STRICT;
`;

export interface GroupMember {
  readonly group: string;
  readonly member: string;
  readonly topics: readonly string[];
}

export interface Claims {
  /** What the member has now. */
  readonly held: readonly TopicPartition[];
  /** Of those, what is another member's to have: to be let go of. */
  readonly surplus: readonly TopicPartition[];
}

type Row = Readonly<Record<string, SQLOutputValue>>;

export class BusState {
  private readonly database: DatabaseSync;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.database = new DatabaseSync(join(folder, 'state.sqlite'), { timeout: STATE_WAIT_MS });
    this.database.exec(TABLES);
  }

  partitions(topic: string): number {
    const [row] = this.rows('SELECT partitions FROM topics WHERE topic = ?', topic);
    if (row !== undefined) return Number(row['partitions']);
    throw new MarketsError('STREAM_TOPIC_MISSING', 'There is no such topic on the embedded bus.', {
      expected: 'a topic that was created',
      found: topic,
    });
  }

  /** Nothing where it is there already. */
  addTopic(topic: string, partitions: number): void {
    this.run('INSERT INTO topics VALUES (?, ?) ON CONFLICT DO NOTHING', topic, partitions);
  }

  topicOf(subscription: string): string | undefined {
    const [row] = this.rows('SELECT topic FROM subscriptions WHERE subscription = ?', subscription);
    return row === undefined ? undefined : String(row['topic']);
  }

  /** Nothing where it is there already. The positions are where it begins. */
  addSubscription(subscription: string, topic: string, positions: readonly LogPosition[]): void {
    this.transaction(() => {
      if (this.topicOf(subscription) !== undefined) return;
      this.run('INSERT INTO subscriptions VALUES (?, ?)', subscription, topic);
      for (const position of positions) this.setPosition(subscription, position);
    });
  }

  position(group: string, { topic, partition }: TopicPartition): bigint | undefined {
    const sql = 'SELECT position FROM positions WHERE consumer_group = ? AND topic = ? AND partition = ?';
    const [row] = this.rows(sql, group, topic, partition);
    return row === undefined ? undefined : BigInt(String(row['position']));
  }

  /** The lowest position of all groups that ever committed on the partition; undefined where none did. */
  lowestPosition({ topic, partition }: TopicPartition): bigint | undefined {
    const rows = this.rows('SELECT position FROM positions WHERE topic = ? AND partition = ?', topic, partition);
    const positions = rows.map((row) => BigInt(String(row['position'])));
    return positions.reduce<bigint | undefined>((lowest, each) => (lowest === undefined || each < lowest ? each : lowest), undefined);
  }

  /** Of partitions that the member still has; others are passed over. Gives those that it took. */
  commit({ group, member }: GroupMember, positions: readonly LogPosition[]): readonly LogPosition[] {
    return this.transaction(() => {
      const own = positions.filter((position) => this.claimant(group, position) === member);
      for (const position of own) this.setPosition(group, position);
      return own;
    });
  }

  /**
   * Says that the member lives, sends away those that were silent for too long, and claims what is this member's share and free. Shares follow from
   * the members alone, so that all of them come to the same.
   */
  heartbeat(me: GroupMember, nowMs: number, sessionMs: number): Claims {
    return this.transaction(() => {
      const { group, member } = me;
      this.run('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)', group, member, JSON.stringify(me.topics), nowMs);
      this.run('DELETE FROM members WHERE consumer_group = ? AND heartbeat_ms < ?', group, nowMs - sessionMs);
      const living = 'SELECT member FROM members WHERE consumer_group = ?';
      this.run(`DELETE FROM claims WHERE consumer_group = ? AND member NOT IN (${living})`, group, group);
      const share = this.shareOf(me);
      const held: TopicPartition[] = [];
      const surplus: TopicPartition[] = [];
      for (const topic of me.topics) {
        for (let partition = 0; partition < this.partitions(topic); partition++) {
          const place = { topic, partition };
          const claimant = this.claimant(group, place);
          const isMine = share.has(placeName(place));
          if (claimant === undefined && isMine) this.run('INSERT INTO claims VALUES (?, ?, ?, ?)', group, topic, partition, member);
          if (claimant === member || (claimant === undefined && isMine)) held.push(place);
          if (claimant === member && !isMine) surplus.push(place);
        }
      }
      return { held, surplus };
    });
  }

  release({ group, member }: GroupMember, places: readonly TopicPartition[]): void {
    const sql = 'DELETE FROM claims WHERE consumer_group = ? AND topic = ? AND partition = ? AND member = ?';
    this.transaction(() => {
      for (const { topic, partition } of places) this.run(sql, group, topic, partition, member);
    });
  }

  leave({ group, member }: GroupMember): void {
    this.transaction(() => {
      this.run('DELETE FROM claims WHERE consumer_group = ? AND member = ?', group, member);
      this.run('DELETE FROM members WHERE consumer_group = ? AND member = ?', group, member);
    });
  }

  close(): void {
    this.database.close();
  }

  /** Partitions of each topic in turn over those that read it, the turn going on from topic to topic. */
  private shareOf(me: GroupMember): ReadonlySet<string> {
    const rows = this.rows('SELECT member, topics FROM members WHERE consumer_group = ? ORDER BY member', me.group);
    const members = rows.map((row) => ({ member: String(row['member']), topics: new Set(JSON.parse(String(row['topics'])) as string[]) }));
    const share = new Set<string>();
    let turn = 0;
    for (const topic of [...new Set(members.flatMap(({ topics }) => [...topics]))].sort()) {
      const readers = members.filter(({ topics }) => topics.has(topic));
      for (let partition = 0; partition < this.partitions(topic); partition++) {
        if (readers[turn % readers.length]?.member === me.member) share.add(placeName({ topic, partition }));
        turn++;
      }
    }
    return share;
  }

  private claimant(group: string, { topic, partition }: TopicPartition): string | undefined {
    const [row] = this.rows('SELECT member FROM claims WHERE consumer_group = ? AND topic = ? AND partition = ?', group, topic, partition);
    return row === undefined ? undefined : String(row['member']);
  }

  private setPosition(group: string, { topic, partition, offset }: LogPosition): void {
    this.run('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)', group, topic, partition, offset.toString());
  }

  private rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.database.prepare(sql).all(...values);
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.database.prepare(sql).run(...values);
  }

  private transaction<T>(work: () => T): T {
    this.begin();
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private begin(): void {
    try {
      this.database.exec('BEGIN IMMEDIATE');
    } catch (cause) {
      throw new MarketsError('STREAM_UNAVAILABLE', 'The state of the embedded bus is held by another process.', {
        cause,
        expected: `a turn within ${STATE_WAIT_MS} ms`,
        next: 'Look for a process that is stopped.',
      });
    }
  }
}

export function placeName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
