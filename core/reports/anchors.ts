/**
 * Anchors: how long a chain of entries was and with which hash it ended, once a minute, each created if absent and chained to the one before. The last one
 * of a ledger closes it: the instance itself at its end, or whoever adopts what a dead one left. What lies behind a closing anchor counts for nobody.
 */
import { Type, type Static } from '@sinclair/typebox';
import { MarketsError } from '../errors/markets-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { CLOSED, COUNT, MOMENT, SEQ, SHA256 } from '../stream/object-forms.ts';
import { anchorName, anchorPrefix } from './object-names.ts';
import { sealedJson, sealOf } from './sealed-json.ts';

const HASH_OR_NONE = Type.Union([SHA256, Type.Literal('')]);
const ANCHOR_SCHEMA = Type.Object(
  {
    /** Whose chain. */
    instance: Type.String(),
    number: SEQ,
    at: MOMENT,
    /** Who wrote the anchor. */
    by: Type.String(),
    /** Entries of the chain. */
    count: COUNT,
    /** hash of the last one; '' where there is none. */
    head_hash: HASH_OR_NONE,
    /** Bytes of an entry that was being written when the instance died; its append never resolved. */
    torn_bytes: COUNT,
    is_closing: Type.Boolean(),
    /** hash of the anchor before; '' for the first. */
    prev_hash: HASH_OR_NONE,
  },
  CLOSED,
);

/** `hash` is the sha256 of its RFC 8785 JSON without it. */
export type Anchor = Static<typeof ANCHOR_SCHEMA> & { readonly hash: string };

const anchors = sealedJson(ANCHOR_SCHEMA, 'no anchor of a ledger');

export type NewAnchor = Omit<Anchor, 'hash' | 'number' | 'prev_hash'>;

/** Key: the instance and the number behind `before`. LEDGER_FAILED where another anchor has it. */
export async function writeAnchor(store: ObjectStore, before: Anchor | null, anchor: NewAnchor): Promise<Anchor> {
  const whole = { ...anchor, number: (before?.number ?? 0) + 1, prev_hash: before?.hash ?? '' };
  const name = anchorName(whole.instance, whole.number);
  if ((await anchors.commit(store, name, whole)) === 'committed') return { ...whole, hash: sealOf(whole) };
  throw new MarketsError(
    'LEDGER_FAILED',
    'Somebody else has anchored this ledger: the instance was taken for dead, or its name was given twice.',
    {
      expected: `no object ${name}`,
      next: 'Start the process anew. Look for what stopped it for so long.',
    },
  );
}

/** LEDGER_DAMAGED where it is none. */
export async function readAnchor(store: ObjectStore, name: string): Promise<Anchor> {
  return await anchors.read(store, name);
}

/** The last one; null where there is none. */
export async function lastAnchor(store: ObjectStore, instance: string): Promise<Anchor | null> {
  let last: string | null = null;
  for await (const { name } of store.list(anchorPrefix(instance))) last = name;
  return last === null ? null : await readAnchor(store, last);
}
