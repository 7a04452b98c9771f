/**
 * The chain of those who read a partition, one object an assignment. Whoever gets a partition looks at the last one: when it has released the partition,
 * nothing that it published is uncommitted; when it has not (it was killed, or still believes to have it), the first messages may be on the bus already, as many as it
 * may have read beyond the committed offset. So duplicates can be named though nobody remembers them.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { isMarketsError, MarketsError } from '../../core/errors/markets-error.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { ownerName, ownersPrefix, releaseName } from '../../core/stream/object-names.ts';

const OWNER_SCHEMA = Type.Object(
  { writer: Type.String(), at: Type.String(), uncommitted_messages_max: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);
type Owner = Static<typeof OWNER_SCHEMA>;

const check = new Ajv({ strict: false }).compile<Owner>(OWNER_SCHEMA);
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
    const doubtful = last === null || last.isReleased ? 0 : (await ownerAt(store, name, last.seq)).uncommitted_messages_max;
    if (await created(store, ownerName(name.source, name.topic, name.partition, seq), owner)) return { seq, doubtful };
  }
  throw new MarketsError('STREAM_UNAVAILABLE', 'Others take the partition again and again.', {
    details: { topic: name.topic, partition: name.partition },
  });
}

/** Only after everything that was read is committed. */
export async function releasePartition(store: ObjectStore, name: PartitionName, seq: number, at: string): Promise<void> {
  await created(store, releaseName(name.source, name.topic, name.partition, seq), { at });
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

async function ownerAt(store: ObjectStore, name: PartitionName, seq: number): Promise<Owner> {
  const object = ownerName(name.source, name.topic, name.partition, seq);
  const owner: unknown = JSON.parse((await store.read(object)).toString('utf8'));
  if (check(owner)) return owner;
  throw new MarketsError('STREAM_STATE', 'An object is no owner of a partition.', {
    expected: 'writer, at, uncommitted_messages_max',
    found: object,
  });
}

async function created(store: ObjectStore, name: string, content: object): Promise<boolean> {
  try {
    await store.write(name, Buffer.from(`${JSON.stringify(content)}\n`), { ifAbsent: true });
    return true;
  } catch (error) {
    if (isMarketsError(error, 'STORE_EXISTS')) return false;
    throw error;
  }
}
