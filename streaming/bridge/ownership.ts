/**
 * The chain of those who read a partition, one object an assignment. Whoever gets a partition looks at the last one: when it has released the partition,
 * nothing that it published is uncommitted, and it says how far those before it may have been beyond its own end; when it has not (it was killed, or still believes to have it), the
 * first messages may be on the bus already, as many as it may have read beyond the committed offset. So duplicates can be named though nobody remembers them.
 */
import { Type, type Static } from '@sinclair/typebox';
import { MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { CLOSED } from '../../core/stream/object-forms.ts';
import { ownerName, ownersPrefix, releaseName } from '../../core/stream/object-names.ts';
import { createIfAbsent, jsonBytes, storedJson } from '../../core/stream/stored-json.ts';

const OWNER_SCHEMA = Type.Object(
  { writer: Type.String(), at: Type.String(), uncommitted_messages_max: Type.Integer({ minimum: 1 }) },
  CLOSED,
);
type Owner = Static<typeof OWNER_SCHEMA>;
/** `doubtful` is not there in releases of earlier versions. */
const RELEASE_SCHEMA = Type.Object({ at: Type.String(), doubtful: Type.Optional(Type.Integer({ minimum: 0 })) }, CLOSED);

const owners = storedJson({ schema: OWNER_SCHEMA, what: 'no owner of a partition', expected: 'writer, at, uncommitted_messages_max' });
const releases = storedJson({ schema: RELEASE_SCHEMA, what: 'no release of a partition', expected: 'at, doubtful' });
/** Others that may be at it at the same time. */
const ATTEMPTS_MAX = 20;

export interface PartitionName {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
}

export interface Ownership {
  readonly seq: number;
  /** So many messages from the next one on may be on the bus already. */
  readonly doubtful: number;
}

/** Key: the partition and the place in its chain. STORE_UNAVAILABLE and the like as the store says; STREAM_STATE for an object that is no owner. */
export async function takePartition(store: ObjectStore, name: PartitionName, owner: Owner): Promise<Ownership> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const last = await lastOwner(store, name);
    const seq = (last?.seq ?? 0) + 1;
    const doubtful = last === null ? 0 : await doubtBehind(store, name, last);
    // Whoever comes behind one that does not release it must doubt what that one had to doubt, too.
    const own = { ...owner, uncommitted_messages_max: Math.max(owner.uncommitted_messages_max, doubtful) };
    if (await createIfAbsent(store, ownerName(name.source, name.topic, name.partition, seq), jsonBytes(own))) return { seq, doubtful };
  }
  throw new MarketsError('STREAM_UNAVAILABLE', 'Others take the partition again and again.', {
    details: { topic: name.topic, partition: name.partition },
  });
}

/** Only after everything that was read is committed. `doubtful` is how many of the messages behind it an earlier owner may have published. */
export async function releasePartition(
  store: ObjectStore,
  { source, topic, partition }: PartitionName,
  { seq, doubtful }: Ownership,
  at: string,
): Promise<void> {
  await createIfAbsent(store, releaseName(source, topic, partition, seq), jsonBytes({ at, doubtful }));
}

interface LastOwner {
  readonly seq: number;
  readonly isReleased: boolean;
}

async function doubtBehind(store: ObjectStore, { source, topic, partition }: PartitionName, last: LastOwner): Promise<number> {
  if (last.isReleased) return (await releases.read(store, releaseName(source, topic, partition, last.seq))).doubtful ?? 0;
  return (await owners.read(store, ownerName(source, topic, partition, last.seq))).uncommitted_messages_max;
}

async function lastOwner(store: ObjectStore, name: PartitionName): Promise<LastOwner | null> {
  const prefix = ownersPrefix(name.source, name.topic, name.partition);
  let seq = 0;
  let released = 0;
  for await (const { name: object } of store.list(prefix)) {
    const [, digits, end] = /^(\d{12})(-released)?[.]json$/.exec(object.slice(prefix.length)) ?? [];
    if (digits === undefined) continue;
    seq = Math.max(seq, Number(digits));
    if (end !== undefined) released = Math.max(released, Number(digits));
  }
  return seq === 0 ? null : { seq, isReleased: released === seq };
}
