/**
 * The chain of those who read a partition, one object an assignment. Whoever gets a partition looks at the last one: when it has released the partition,
 * nothing that it published is uncommitted; when it has not (it was killed, or still believes to have it), the first messages may be on the bus already, as many as it
 * may have read beyond the committed offset. So duplicates can be named though nobody remembers them.
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

const owners = storedJson({ schema: OWNER_SCHEMA, what: 'no owner of a partition', expected: 'writer, at, uncommitted_messages_max' });
/** Others that may be at it at the same time. */
const ATTEMPTS_MAX = 20;

export interface PartitionName {
  readonly source: string;
  readonly topic: string;
  readonly partition: number;
}

export interface Ownership {
  readonly seq: number;
  /** So many messages from the first one on may be on the bus already. */
  readonly doubtful: number;
}

/** Key: the partition and the place in its chain. STORE_UNAVAILABLE and the like as the store says; STREAM_STATE for an object that is no owner. */
export async function takePartition(store: ObjectStore, name: PartitionName, owner: Owner): Promise<Ownership> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const last = await lastOwner(store, name);
    const seq = (last?.seq ?? 0) + 1;
    const doubtful =
      last === null || last.isReleased
        ? 0
        : (await owners.read(store, ownerName(name.source, name.topic, name.partition, last.seq))).uncommitted_messages_max;
    if (await createIfAbsent(store, ownerName(name.source, name.topic, name.partition, seq), jsonBytes(owner))) return { seq, doubtful };
  }
  throw new MarketsError('STREAM_UNAVAILABLE', 'Others take the partition again and again.', {
    details: { topic: name.topic, partition: name.partition },
  });
}

/** Only after everything that was read is committed. */
export async function releasePartition(store: ObjectStore, name: PartitionName, seq: number, at: string): Promise<void> {
  await createIfAbsent(store, releaseName(name.source, name.topic, name.partition, seq), jsonBytes({ at }));
}

async function lastOwner(store: ObjectStore, name: PartitionName): Promise<{ readonly seq: number; readonly isReleased: boolean } | null> {
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
